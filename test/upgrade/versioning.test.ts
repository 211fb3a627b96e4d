import { randomUUID } from 'node:crypto';
import type { Finding } from '../../src/cli/doctor/findings';
import { runCli } from '../cli/support/run-cli';
import { organizations } from '../support/pipeline-rig';
import { until } from '../support/until';
import { allCreated, olderReleases, ownMark, startUpgradeRig, type UpgradeRig } from './support/upgrade-rig';

let rig: UpgradeRig;
beforeAll(async () => {
  // A short history is suggested to end, so that runs continue as new.
  rig = await startUpgradeRig(['limit.historyCount.suggestContinueAsNew=60']);
});
afterAll(() => rig?.close());

jest.setTimeout(300_000);

const deployment = (...parameters: string[]) => rig.temporal('worker', 'deployment', ...parameters);

/** A worker of this build that is a version of the deployment named like the queue. */
const startVersion = (taskQueue: string, buildId: string, behavior?: 'pinned') =>
  rig.start('this', {
    PRISM_TASK_QUEUE: taskQueue,
    TEMPORAL_DEPLOYMENT_NAME: taskQueue,
    TEMPORAL_WORKER_BUILD_ID: buildId,
    PRISM_VERSIONING_BEHAVIOR: behavior,
  });

/** Makes a version the current one, once the server has heard of it from its worker. */
async function setCurrent(taskQueue: string, buildId: string): Promise<void> {
  const version = ['--deployment-name', taskQueue, '--build-id', buildId];
  const asked = () => deployment('set-current-version', ...version, '--yes');
  await until(() =>
    asked().then(
      () => true,
      () => false,
    ),
  );
}

/** The versions that have carried out workflow tasks of every run of a workflow, in order; `none` for no version. */
async function buildsOf(workflowId: string): Promise<string[]> {
  const builds: string[] = [];
  let runId: string | undefined = (await rig.env.client.workflow.getHandle(workflowId).describe()).runId;
  while (runId) {
    const { events } = await rig.env.client.workflow.getHandle(workflowId, runId).fetchHistory();
    const ofRun = (events ?? []).flatMap(({ workflowTaskCompletedEventAttributes: completed }) =>
      completed ? [completed.deploymentVersion?.buildId ?? 'none'] : [],
    );
    builds.unshift(...ofRun);
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? undefined;
  }
  return builds.filter((build, index) => build !== builds[index - 1]);
}

/** Waits until a query finds a workflow: the index follows a little later. */
const untilFound = (query: string) =>
  until(async () => (await rig.env.client.workflow.count(query)).count > 0);

/** What `doctor` finds of the versions. */
async function examine(taskQueue: string): Promise<Finding | undefined> {
  const environment = { TEMPORAL_ADDRESS: rig.env.address, PRISM_TASK_QUEUE: taskQueue };
  const { stdout } = await runCli(['doctor', '--json'], environment);
  return (JSON.parse(stdout) as Finding[]).find(({ check }) => check === 'Worker Versioning');
}

const pollsOn = async (jobId: string) => {
  const before = rig.polls(jobId);
  await until(() => rig.polls(jobId) > before + 1);
};

test.each(olderReleases)(
  'imports begun on %s go on in a version that is current, back without one, and in the next; what a version has begun is kept there',
  async (release) => {
    const taskQueue = `versions-${randomUUID()}`;
    await rig.shift(taskQueue, release);
    const older = await rig.job('older', taskQueue);
    const hourly = { polling: { initialInterval: '1h', maximumInterval: '1h' } };
    const ofOlder = await rig.track(taskQueue, older, hourly);
    // The server routes the tasks of a version a little later than it has become current.
    const untilPolledBy = (build: string) =>
      until(async () => {
        const before = rig.polls(older);
        await ofOlder.signal('pollNow');
        await until(() => rig.polls(older) > before);
        return (await buildsOf(older)).at(-1) === build;
      });
    await untilPolledBy('none');

    const upgrading = await startVersion(taskQueue, 'a');
    await setCurrent(taskQueue, 'a');
    await untilPolledBy('a');
    const newer = await rig.job('newer', taskQueue);
    const ofNewer = await rig.track(taskQueue, newer);
    await until(() => rig.polls(newer) > 1);

    // Back: what the version has begun is pinned to it, also the runs that continue it; all else is the older worker's.
    await upgrading.stop();
    await startVersion(taskQueue, 'a', 'pinned');
    const begunByThis = `TemporalChangeVersion = '${ownMark}' AND ExecutionStatus = 'Running' AND TaskQueue = '${taskQueue}'`;
    await untilFound(begunByThis);
    await rig.temporal(
      ...['workflow', 'update-options', '--yes', '--query', begunByThis],
      ...['--versioning-override-behavior', 'pinned'],
      ...['--versioning-override-deployment-name', taskQueue, '--versioning-override-build-id', 'a'],
    );
    await until(async () => {
      const { raw } = await ofNewer.describe();
      return raw.workflowExecutionInfo?.versioningInfo?.versioningOverride != null;
    });
    await deployment('set-current-version', '--deployment-name', taskQueue, '--unversioned', '--yes');
    await untilPolledBy('none');
    await pollsOn(newer);

    await startVersion(taskQueue, 'b');
    await setCurrent(taskQueue, 'b');
    await rig.shift(taskQueue);
    await untilPolledBy('b');
    for (const jobId of [older, newer]) await rig.emulator.controller.setJob(jobId, { status: 'complete' });
    await ofOlder.signal('pollNow');
    expect(await ofOlder.result()).toMatchObject({ status: 'complete' });
    expect(await ofNewer.result()).toMatchObject({ status: 'complete' });
    expect(await buildsOf(older)).toEqual(['none', 'a', 'none', 'b']);
    expect(await buildsOf(newer)).toEqual(['a']);
  },
);

test('a pinned pipeline, its trackers, and the runs that continue them end in their version', async () => {
  const taskQueue = `pinned-${randomUUID()}`;
  const { controller } = rig.emulator;
  controller.addRule({ operation: 'import', teamId: taskQueue, times: 2, job: { duration: '7d' } });
  await startVersion(taskQueue, '1', 'pinned');
  const fix = expect.stringContaining(`--deployment-name ${taskQueue} --build-id 1`) as string;
  expect(await examine(taskQueue)).toMatchObject({ level: 'problem', fix });
  await setCurrent(taskQueue, '1');
  expect(await examine(taskQueue)).toMatchObject({ level: 'ok' });
  const rows = 800;
  const pipeline = await rig.importRows('pipeline', taskQueue, organizations(rows));
  await until(() => rig.launches(taskQueue) === 2);
  await startVersion(taskQueue, '2', 'pinned');
  await setCurrent(taskQueue, '2');
  const later = await rig.job('later', taskQueue, { duration: '1s' });
  const ofLater = await rig.track(taskQueue, later);
  expect(await ofLater.result()).toMatchObject({ status: 'complete' });

  const tracker = `${pipeline.workflowId}/batch-0001`;
  const handle = rig.env.client.workflow.getHandle(tracker);
  const { runId } = await handle.describe();
  await until(async () => (await handle.describe()).runId !== runId);
  await rig.completeJobs(taskQueue);
  expect((await pipeline.result()).totals).toEqual(allCreated(rows));
  for (const id of [pipeline.workflowId, tracker, `${pipeline.workflowId}/batch-0004`])
    expect([id, await buildsOf(id)]).toEqual([id, ['1']]);
  expect(await buildsOf(later)).toEqual(['2']);
});
