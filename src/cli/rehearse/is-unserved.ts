import { isPolling, queueType, type LastPoll } from '../../temporal/task-queues';
import type { WaitingTask } from '../../temporal/waiting-tasks';

/** A task, and since when it has waited, in milliseconds since 1970. */
export interface LongWait extends WaitingTask {
  sinceMs: number;
}

/** Later attempts wait for their turn after failures, even if there is a worker. */
const lastQuickAttempt = 2;

/**
 * Whether the task queue of a waiting task has no worker. A worker takes a workflow task at once, so there is none if
 * nobody has polled since the task began to wait. Activities and later attempts may wait while the worker is busy: for
 * them, there is none if nobody has polled for a minute and a half.
 */
export function isUnserved(
  { type, attempt, sinceMs }: Pick<LongWait, 'type' | 'attempt' | 'sinceMs'>,
  polls: readonly LastPoll[],
  nowMs: number,
): boolean {
  const isQuick = type === queueType.workflow && attempt <= lastQuickAttempt;
  return !polls.some((poll) => (isQuick ? (poll.lastAccessMs ?? nowMs) >= sinceMs : isPolling(poll, nowMs)));
}
