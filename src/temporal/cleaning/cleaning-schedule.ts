import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';

/** The Schedule by which the workers of a task queue clean their storage. */
export const cleaningScheduleId = (taskQueue: string): string => `${taskQueue}-clean-storage`;

/** Makes that Schedule, once a night. Gives false when it was there already; then it stays as it is. */
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
