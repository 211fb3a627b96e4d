import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { msToTs } from '@temporalio/common/lib/time';
import { pendingActivities } from '../../src/temporal/pending-activities';
import { startDevServer } from '../support/temporal';
import { until } from '../support/until';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startDevServer();
});
afterAll(() => env?.teardown());

/** `temporal.api.enums.v1.CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK`. */
const scheduleActivity = 1;

/** Polls must say how long they may take. */
const polling = <T>(poll: () => Promise<T>): Promise<T> =>
  env.connection.withDeadline(Date.now() + 60_000, poll);

/** Starts a workflow whose activity fails with this message, and is retried after an hour. */
async function startFailing(message: string): Promise<string> {
  const { client } = env;
  const [namespace, taskQueue] = ['default', { name: `fails-${message.length}` }];
  const { workflowId } = await client.workflow.start('anyType', {
    taskQueue: taskQueue.name,
    workflowId: taskQueue.name,
  });
  const service = client.workflowService;
  const { taskToken } = await polling(() => service.pollWorkflowTaskQueue({ namespace, taskQueue }));
  await service.respondWorkflowTaskCompleted({
    namespace,
    taskToken,
    commands: [
      {
        commandType: scheduleActivity,
        scheduleActivityTaskCommandAttributes: {
          activityId: '1',
          activityType: { name: 'planImport' },
          taskQueue,
          startToCloseTimeout: msToTs('60 s'),
          scheduleToCloseTimeout: msToTs('7200 s'),
          retryPolicy: { initialInterval: msToTs('3600 s') },
        },
      },
    ],
  });
  const task = await polling(() => service.pollActivityTaskQueue({ namespace, taskQueue }));
  const failure = { message, applicationFailureInfo: { type: 'StorageFailed' } };
  await service.respondActivityTaskFailed({ namespace, taskToken: task.taskToken, failure });
  return workflowId;
}

// The server puts a failure of more than about 4 kB, cut off, into one of its own.
test.each([200, 6000])(
  'the last error of %i characters begins with its type and its words',
  async (length) => {
    const workflowId = await startFailing('EROFS: read-only file system. '.padEnd(length, 'x'));
    const described = () => env.client.workflow.getHandle(workflowId).describe();
    await until(async () => ((await described()).raw.pendingActivities?.[0]?.attempt ?? 0) > 1);
    expect(await pendingActivities(env.client, await described())).toEqual([
      {
        type: 'planImport',
        attempt: 2,
        maximumAttempts: 0,
        state: 'scheduled',
        lastError: expect.stringMatching(/^StorageFailed: EROFS: read-only file system\. x/) as string,
        nextAttemptAt: expect.any(String) as string,
      },
    ]);
  },
);
