import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';

/** The id of the Schedule that cleans the storage of a task queue's workers. */
export const cleaningScheduleId = (taskQueue: string): string => `${taskQueue}-clean-storage`;

/** Creates that Schedule, which runs once a night. Returns false if it exists already, and leaves it unchanged. */
export async function scheduleCleaning(client: Client, taskQueue: string): Promise<boolean> {
  const scheduleId = cleaningScheduleId(taskQueue);
  try {
    await client.schedule.create({
      scheduleId,
      spec: { calendars: [{ hour: 3, minute: 30 }], jitter: '1 hour' },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day' },
      action: {
        type: 'startWorkflow',
        workflowType: 'cleanStorage',
        workflowId: scheduleId,
        taskQueue,
        args: [],
      },
    });
    return true;
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return false;
    throw error;
  }
}
