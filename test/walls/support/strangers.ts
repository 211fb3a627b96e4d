import { makeContinueAsNewFunc, scheduleActivity } from '@temporalio/workflow';

/** Workflows of somebody who may start any in the namespace; for tests only. */

/** Asks for an activity of the product, and gives what it answers. */
export const askFor = (taskQueue: string, activity: string, input: unknown): Promise<unknown> =>
  scheduleActivity(activity, [input], {
    taskQueue,
    startToCloseTimeout: '20 seconds',
    retry: { maximumAttempts: 1 },
  });

/** Continues as new as a workflow of the product. */
export const turnInto = (taskQueue: string, workflowType: string, input: unknown): Promise<never> =>
  makeContinueAsNewFunc({ taskQueue, workflowType })(input);
