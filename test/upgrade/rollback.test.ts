import { randomUUID } from 'node:crypto';
import type { Workflow } from '@temporalio/common';
import type { importRecords } from '../../src/workflows/import-records';
import { organizations } from '../support/pipeline-rig';
import { until } from '../support/until';
import { allCreated, olderReleases, ownMark, startUpgradeRig, type UpgradeRig } from './support/upgrade-rig';

let rig: UpgradeRig;
beforeAll(async () => {
  // A short history is suggested to end, so that trackers hand over what they carry.
  rig = await startUpgradeRig(['limit.historyCount.suggestContinueAsNew=60']);
});
afterAll(() => rig?.close());

jest.setTimeout(300_000);

/** The newest run of a workflow: a reset begins another. */
const latest = <T extends Workflow>(workflowId: string) => rig.env.client.workflow.getHandle<T>(workflowId);

describe.each(olderReleases)('what this build has begun, and a worker of %s', (release) => {
  test('goes on beside it, waits on it alone, and goes on there from the beginning of its run when reset', async () => {
    const taskQueue = `rollback-${randomUUID()}`;
    const { controller } = rig.emulator;
    controller.addRule({ operation: 'import', teamId: taskQueue, job: { duration: '7d' } });
    await rig.shift(taskQueue, 'this');
    const continued = await rig.job('continued', taskQueue);
    const asleep = await rig.job('asleep', taskQueue);
    const newInput = await rig.job('new-input', taskQueue);
    const ofContinued = await rig.track(taskQueue, continued);
    await rig.track(taskQueue, asleep, { polling: { initialInterval: '1h' } });
    await rig.track(taskQueue, newInput, { results: 'failed' });
    const rows = 800;
    const pipeline = await rig.importRows('pipeline', taskQueue, organizations(rows));
    const firstRun = ofContinued.firstExecutionRunId;
    await until(async () => (await latest(continued).describe()).runId !== firstRun);
    await until(() => rig.launches(taskQueue) === 2 && rig.polls(newInput) > 0);

    const before = rig.polls(continued);
    await rig.shift(taskQueue, 'this', release);
    await until(() => rig.polls(continued) > before + 2);

    await rig.shift(taskQueue, release);
    for (const id of [continued, asleep, newInput, `${pipeline.workflowId}/batch-0001`]) {
      await latest(id).signal('pollNow');
      await until(() => rig.isStalled(id));
    }
    const running = `ExecutionStatus = 'Running' AND TaskQueue = '${taskQueue}'`;
    const ofThisBuild = `TemporalChangeVersion = '${ownMark}' AND ${running}`;
    await rig.temporal(
      ...['workflow', 'reset', '--query', ofThisBuild, '--type', 'FirstWorkflowTask'],
      ...['--reason', 'rollback', '--yes'],
    );
    await until(async () => (await rig.env.client.workflow.count(ofThisBuild)).count === 0);
    for (const jobId of [continued, asleep]) await controller.setJob(jobId, { status: 'complete' });
    await latest(asleep).signal('pollNow');
    for (const jobId of [continued, asleep])
      expect(await latest(jobId).result()).toMatchObject({ status: 'complete', jobId });
    await expect(latest(newInput).result()).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });

    await until(async () => {
      await rig.completeJobs(taskQueue);
      return (await latest(pipeline.workflowId).describe()).status.name !== 'RUNNING';
    });
    expect((await latest<typeof importRecords>(pipeline.workflowId).result()).totals).toEqual(
      allCreated(rows),
    );
    const jobs = (await controller.jobs()).filter(({ teamId }) => teamId === taskQueue);
    expect(jobs).toHaveLength(rows / 200);
  });
});
