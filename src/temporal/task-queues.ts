import type { Client } from '@temporalio/client';

/** Types of task queues (temporal/api/enums/v1, TaskQueueType). */
export const queueType = { workflow: 1, activity: 2 } as const;

/**
 * A worker polls again at least once a minute, because long polls end after 60 s. The server lists a poller for five
 * minutes after its last poll.
 */
const goneAfterMs = 90_000;

/** When a queue was last polled, in milliseconds since 1970; null if the server does not say. */
export interface LastPoll {
  lastAccessMs: number | null;
}

/** Whether a listed poller is still there. `nowMs` is the time of the server, or ours if that is not known. */
export const isPolling = ({ lastAccessMs }: LastPoll, nowMs: number): boolean =>
  lastAccessMs === null || nowMs - lastAccessMs <= goneAfterMs;

/** A time of the server, such as that of a last poll, in milliseconds since 1970. */
export const serverTimeMs = (time: ServerTime | null | undefined): number | null =>
  time?.seconds == null ? null : Number(time.seconds) * 1000 + (time.nanos ?? 0) / 1e6;

interface ServerTime {
  seconds?: unknown;
  nanos?: number | null;
}

/** Describes a task queue: who polled it in the last minutes, and its rate limit. */
export function describeQueue(client: Client, name: string, taskQueueType: 1 | 2) {
  const { namespace } = client.options;
  const taskQueue = { name };
  return client.connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue,
    taskQueueType,
    reportConfig: true,
  });
}
