import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { askServer } from './ask-server';
import { describeQueue, queueType, serverTimeMs } from './task-queues';

/** A task that waits in a task queue, and which no worker has taken yet. */
export interface WaitingTask {
  /** The same as long as it waits; the next attempt has another one. */
  id: string;
  workflowId: string;
  workflowType: string;
  taskQueue: string;
  /** One of {@link queueType}. */
  type: (typeof queueType)[keyof typeof queueType];
  attempt: number;
}

/** How many runs of each task queue are checked. If its worker is gone, sooner or later all of them wait. */
const checkedOfQueue = 10;
/** temporal/api/enums/v1, PendingWorkflowTaskState and PendingActivityState. */
const scheduled = 1;

/**
 * The tasks that the runs which match a query of the index wait for. Activities that wait for their next attempt do not
 * count. Checks the ten latest runs of each task queue, with one request each.
 */
export async function waitingTasks(client: Client, query: string): Promise<WaitingTask[]> {
  const checked = new Map<string, number>();
  const tasks: WaitingTask[] = [];
  for await (const run of client.workflow.list({ query })) {
    const before = checked.get(run.taskQueue) ?? 0;
    if (before === checkedOfQueue) continue;
    checked.set(run.taskQueue, before + 1);
    tasks.push(...(await waitingTasksOf(client, run)));
  }
  return tasks;
}

async function waitingTasksOf(client: Client, run: WorkflowExecutionInfo): Promise<WaitingTask[]> {
  const { workflowId, runId, type: workflowType, taskQueue } = run;
  const { namespace } = client.options;
  const { pendingWorkflowTask, pendingActivities } = await askServer(client, ({ workflowService }) =>
    workflowService.describeWorkflowExecution({ namespace, execution: { workflowId, runId } }),
  );
  const of = { workflowId, workflowType };
  const tasks: WaitingTask[] = [];
  if (pendingWorkflowTask != null && Number(pendingWorkflowTask.state) === scheduled) {
    // The server takes a task from the own queue of a worker that is gone, and schedules another one.
    const id = `${runId} at ${serverTimeMs(pendingWorkflowTask.scheduledTime)}`;
    tasks.push({ ...of, id, taskQueue, type: queueType.workflow, attempt: pendingWorkflowTask.attempt ?? 1 });
  }
  for (const { state, activityId, attempt, activityOptions, nextAttemptScheduleTime } of pendingActivities) {
    if (Number(state) !== scheduled || nextAttemptScheduleTime != null) continue;
    const name = activityOptions?.taskQueue?.name ?? taskQueue;
    const id = `${runId} ${activityId}, attempt ${attempt}`;
    tasks.push({ ...of, id, taskQueue: name, type: queueType.activity, attempt: attempt ?? 1 });
  }
  return tasks;
}

/** When each worker last polled a task queue, in milliseconds since 1970; empty if none did in the last minutes. */
export async function lastPolls(
  client: Client,
  { taskQueue, type }: Pick<WaitingTask, 'taskQueue' | 'type'>,
) {
  const { pollers } = await askServer(client, () => describeQueue(client, taskQueue, type));
  return pollers.map(({ lastAccessTime }) => ({ lastAccessMs: serverTimeMs(lastAccessTime) }));
}
