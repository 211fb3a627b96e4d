import type { Client } from '@temporalio/client';

/** Types of task queues (temporal/api/enums/v1, TaskQueueType). */
export const queueType = { workflow: 1, activity: 2 } as const;

/** What the server knows of a task queue: who asked it for work in the last minutes, and the rate that it holds. */
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
