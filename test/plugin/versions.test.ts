import type { VersioningBehavior } from '@temporalio/common';
import { pollNowSignal } from 'prism-imports/workflow';
import { until } from '../support/until';
import { startTeamRig, type TeamRig } from './support/team-rig';

let rig: TeamRig;
beforeAll(async () => {
  rig = await startTeamRig();
});
afterAll(() => rig?.close());

/** A worker of a version of a deployment, which is the current one from then on. */
async function release(taskQueue: string, buildId: string, defaultVersioningBehavior: VersioningBehavior) {
  const version = { deploymentName: taskQueue, buildId };
  const worker = await rig.serve({
    taskQueue,
    workerDeploymentOptions: { useWorkerVersioning: true, version, defaultVersioningBehavior },
  });
  const { workflowService } = rig.env.client;
  const namespace = rig.env.namespace ?? 'default';
  // The server knows a version once its worker has asked for work.
  await until(async () => {
    const asked = workflowService.setWorkerDeploymentCurrentVersion({
      namespace,
      deploymentName: taskQueue,
      buildId,
      identity: 'test',
    });
    return asked.then(
      () => true,
      () => false,
    );
  });
  return worker;
}

/** The builds that have carried out workflow tasks of a tracker, in order. */
async function buildsOf(jobId: string): Promise<string[]> {
  const { events } = await rig.tracker(jobId).fetchHistory();
  const builds = (events ?? []).flatMap(
    (event) => event.workflowTaskCompletedEventAttributes?.deploymentVersion?.buildId ?? [],
  );
  return [...new Set(builds)];
}

test('a tracker that is upgraded goes on in the next version, and the one before may go', async () => {
  const old = await release('upgraded', '1', 'AUTO_UPGRADE');
  const jobId = await rig.createJob('1h');
  const following = await rig.follow('upgraded', jobId);
  await rig.isWaiting(jobId);
  await release('upgraded', '2', 'AUTO_UPGRADE');
  await old.stop();
  await rig.emulator.controller.setJob(jobId, { status: 'complete' });
  await rig.tracker(jobId).signal(pollNowSignal);
  expect(await following.result()).toBe('complete');
  expect(await buildsOf(jobId)).toEqual(['1', '2']);
});

test('a pinned tracker ends in its version, which must run until then', async () => {
  await release('pinned', '1', 'PINNED');
  const jobId = await rig.createJob('1h');
  const following = await rig.follow('pinned', jobId);
  await rig.isWaiting(jobId);
  await release('pinned', '2', 'PINNED');
  await rig.emulator.controller.setJob(jobId, { status: 'complete' });
  await rig.tracker(jobId).signal(pollNowSignal);
  expect(await following.result()).toBe('complete');
  expect(await buildsOf(jobId)).toEqual(['1']);
});
