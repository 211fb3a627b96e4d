import type { NoticeEvent } from './notices';
import { expiresAtMs, isOutlived } from '../retention';
import type { TrackerState } from '../state';
import type { Subscriber, WebhookSubscriber } from '../subscribers';

/** A notice that a webhook will receive before the import ends. */
export interface DueNotice {
  subscriber: WebhookSubscriber;
  event: Exclude<NoticeEvent, 'ended'>;
  /** On the workflow's clock. */
  atMs: number;
}

/** The notices that subscribers will receive if the import's state does not change before; soonest first. */
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

/** Marks the event as sent: a subscriber is notified of it only once. */
export function markNotified({ subscriber, event }: DueNotice): void {
  if (event === 'problem') subscriber.problemAfterMs = null;
  else subscriber.expiringWithinMs = null;
}

/**
 * Since when polls have not seen the import's state, for whatever reasons, or null. The `since` of `problem` is the
 * start of the current reason only.
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

/** Not before the first poll, which may show that the import is over or expires at another time. */
function expiringAtMs({ expiringWithinMs }: WebhookSubscriber, state: TrackerState): number {
  if (expiringWithinMs === null || state.lastPollAtMs === null || isOutlived(state)) return Infinity;
  return expiresAtMs(state) - expiringWithinMs;
}
