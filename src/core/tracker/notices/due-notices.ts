import type { NoticeEvent } from './notices';
import { expiresAtMs, isOutlived } from '../retention';
import type { TrackerState } from '../state';
import type { Subscriber, WebhookSubscriber } from '../subscribers';

/** What a webhook waits for on the way of an import. */
export interface DueNotice {
  subscriber: WebhookSubscriber;
  event: Exclude<NoticeEvent, 'ended'>;
  /** On the workflow's clock. */
  atMs: number;
}

/** What the subscribers will be told of on the way, unless the import's state changes before; soonest first. */
export function dueNotices(subscribers: readonly Subscriber[], state: TrackerState): DueNotice[] {
  return subscribers
    .flatMap((subscriber): DueNotice[] => {
      if (!('webhook' in subscriber)) return [];
      return [
        { subscriber, event: 'problem', atMs: problemAtMs(subscriber, state) },
        { subscriber, event: 'expiring', atMs: expiringAtMs(subscriber, state) },
      ];
    })
    .filter(({ atMs }) => atMs < Infinity)
    .sort((one, other) => one.atMs - other.atMs);
}

/** Notes that the subscriber knows of the event: it is told once. */
export function markTold({ subscriber, event }: DueNotice): void {
  if (event === 'problem') subscriber.problemAfterMs = null;
  else subscriber.expiringWithinMs = null;
}

/**
 * Since when the tracker has been kept from looking, whatever by and however that changed, or null. Its `problem` tells
 * since when it has been the present one.
 */
export function troubledSinceMs({
  problem,
  troubledSinceMs: since,
}: Pick<TrackerState, 'problem' | 'troubledSinceMs'>): number | null {
  if (problem === null) return null;
  const presentMs = Date.parse(problem.since);
  return since ?? (Number.isNaN(presentMs) ? null : presentMs);
}

function problemAtMs({ problemAfterMs }: WebhookSubscriber, state: TrackerState): number {
  const sinceMs = troubledSinceMs(state);
  return problemAfterMs === null || sinceMs === null ? Infinity : sinceMs + problemAfterMs;
}

/** Not before the first poll: it may show that the import is over, or another time. */
function expiringAtMs({ expiringWithinMs }: WebhookSubscriber, state: TrackerState): number {
  if (expiringWithinMs === null || state.lastPollAtMs === null || isOutlived(state)) return Infinity;
  return expiresAtMs(state) - expiringWithinMs;
}
