import type { Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils';

/** One poll of a tracker, in the server's time. */
interface PollStart {
  /** When its timer was due. */
  dueAtMs: number;
  startedAtMs: number;
}

/** The polls after a timer, from a history. */
export interface PollHistory {
  /** Finished polls, oldest first. */
  polls: PollStart[];
  /** When the tracker's current timer fires; null while it polls. */
  nextDueAtMs: number | null;
}

/** Reads when polls were due and when they started. */
export async function pollHistory(client: Client, workflowId: string): Promise<PollHistory> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const found: PollHistory = { polls: [], nextDueAtMs: null };
  const dueOf = new Map<string, number>();
  for (const event of events ?? []) {
    const timer = event.timerStartedEventAttributes;
    if (timer) {
      found.nextDueAtMs = millis(event.eventTime) + millis(timer.startToFireTimeout);
    }
    if (event.activityTaskScheduledEventAttributes) {
      if (found.nextDueAtMs !== null) dueOf.set(String(event.eventId), found.nextDueAtMs);
      found.nextDueAtMs = null;
    }
    const started = event.activityTaskStartedEventAttributes;
    const dueAtMs = dueOf.get(String(started?.scheduledEventId));
    if (started && dueAtMs !== undefined) found.polls.push({ dueAtMs, startedAtMs: millis(event.eventTime) });
  }
  return found;
}

type Time = NonNullable<NonNullable<History['events']>[number]['eventTime']>;

const millis = (time?: Pick<Time, 'seconds' | 'nanos'> | null): number =>
  Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6;
