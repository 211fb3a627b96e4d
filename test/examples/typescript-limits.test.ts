import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { createJoinActivities } from '../../examples/typescript/join';
import { createSubmitActivities } from '../../examples/typescript/submit';
import { startTimeSkipping } from '../support/temporal';
import { until } from '../support/until';

const root = join(__dirname, '..', '..');
const example = join(root, 'examples', 'typescript');
/** What serves each task queue. */
const files = {
  pipelines: join(example, 'parent.ts'),
  typed: join(example, 'typed.ts'),
  'prism-imports': join(__dirname, 'support', 'silent-tracker.ts'),
  'without-activities': join(__dirname, 'support', 'served-without-activities.ts'),
};
let bundles: [taskQueue: string, WorkflowBundleWithSourceMap][];
let env: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let workers: Worker[] = [];
let running: Promise<void>[] = [];

beforeAll(async () => {
  const entry = { 'prism-imports/workflow$': join(root, 'dist', 'entries', 'workflow.js') };
  bundles = await Promise.all(
    Object.entries(files).map(async ([taskQueue, workflowsPath]) => [
      taskQueue,
      await bundleWorkflowCode({
        logger: new DefaultLogger('ERROR'),
        workflowsPath,
        // As an installed package is found.
        webpackConfigHook: (config) => ({
          ...config,
          resolve: { ...config.resolve, alias: { ...config.resolve?.alias, ...entry } },
        }),
      }),
    ]),
  );
});

beforeEach(async () => {
  // One for each test, since it may skip years when nothing is left to do.
  [env, emulator] = await Promise.all([startTimeSkipping(), startPrismEmulator()]);
  const activities = {
    ...createSubmitActivities(emulator.baseUrl, 'any'),
    ...createJoinActivities(env.client),
  };
  workers = await Promise.all(
    bundles.map(([taskQueue, workflowBundle]) =>
      Worker.create({
        connection: env.nativeConnection,
        taskQueue,
        workflowBundle,
        ...(['pipelines', 'typed'].includes(taskQueue) && { activities }),
      }),
    ),
  );
  running = workers.map((worker) => worker.run());
});
afterEach(async () => {
  for (const worker of workers) worker.shutdown();
  await Promise.all(running);
  await emulator?.close();
  await env?.teardown();
});

const start = (taskQueue: string, type: string, trackerQueue: string) =>
  env.client.workflow.start(type, {
    taskQueue,
    workflowId: randomUUID(),
    args: [{ teamId: randomUUID(), jobId: randomUUID(), taskQueue: trackerQueue }],
  });

const inTimeout = { name: 'ChildWorkflowFailure', cause: { name: 'TimeoutFailure' } };
const silent = { name: 'ApplicationFailure', type: 'TrackerSilent' };

test.each([
  { taskQueue: 'pipelines', type: 'awaitImport', expected: inTimeout },
  { taskQueue: 'pipelines', type: 'abandonImport', expected: silent },
  { taskQueue: 'pipelines', type: 'continueAsNewDuringImport', expected: silent },
  { taskQueue: 'typed', type: 'awaitTyped', expected: inTimeout },
  { taskQueue: 'typed', type: 'followAcrossRuns', expected: silent },
  { taskQueue: 'typed', type: 'joinImport', expected: silent },
  { taskQueue: 'typed', type: 'listFailedRows', expected: inTimeout },
])('$type fails after 9 days without a word of its tracker', async ({ taskQueue, type, expected }) => {
  const beganMs = await env.currentTimeMs();
  const parent = await start(taskQueue, type, 'prism-imports');
  await expect(parent.result()).rejects.toMatchObject({ cause: expected });
  const { closeTime } = await env.client.workflow.getHandle(parent.workflowId).describe();
  const days = ((closeTime?.getTime() ?? 0) - beganMs) / 86_400_000;
  expect(days).toBeGreaterThanOrEqual(9);
  expect(days).toBeLessThan(9.1);
});

test('the activity that reads pages may wait ten minutes for a worker', async () => {
  // The server does not skip time while an activity waits for one.
  const reading = await start('typed', 'listFailedRows', 'without-activities');
  const scheduled = async () => {
    const { events } = await reading.fetchHistory();
    return events?.find(({ activityTaskScheduledEventAttributes }) => activityTaskScheduledEventAttributes);
  };
  await until(async () => (await scheduled()) !== undefined);
  const { activityTaskScheduledEventAttributes: activity } = (await scheduled())!;
  expect(activity).toMatchObject({
    activityType: { name: 'readResults' },
    taskQueue: { name: 'without-activities' },
  });
  expect(Number(activity?.scheduleToStartTimeout?.seconds)).toBe(600);
  await reading.terminate();
});
