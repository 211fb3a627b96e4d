import type { Client } from '@temporalio/client';

/** Types of task queues (temporal/api/enums/v1, TaskQueueType). */
export const queueType = { workflow: 1, activity: 2 } as const;

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
