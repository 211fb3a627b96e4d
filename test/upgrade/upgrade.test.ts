import { randomUUID } from 'node:crypto';
import type { TrackingState } from '../../src/core/tracker/status';
import { organizations } from '../support/pipeline-rig';
import { until } from '../support/until';
import { allCreated, knowsOwnRuns, releases, startUpgradeRig, type UpgradeRig } from './support/upgrade-rig';

let rig: UpgradeRig;
beforeAll(async () => {
  rig = await startUpgradeRig();
});
afterAll(() => rig?.close());

jest.setTimeout(300_000);

/** Who serves a queue after the old worker: beside it, alone, the old one again, and for good. */
const shifts = (release: string) => [[release, 'this'], ['this'], [release], ['this']];

describe.each(releases)('imports begun on %s', (release) => {
  test('go on beside this build, in it, back in the old one, and end as they should', async () => {
    const taskQueue = `upgrade-${randomUUID()}`;
    const { controller } = rig.emulator;
    await rig.shift(taskQueue, release);
    const plain = await rig.job('plain', taskQueue);
    const asleep = await rig.job('asleep', taskQueue);
    const vanishing = await rig.job('vanishing', taskQueue);
    const unreachable = await rig.job('unreachable', taskQueue);
    const refuse = new RegExp(`/imports/unreachable-${taskQueue}$`);
    const failing = controller.addRule({ path: refuse, respond: { status: 503 } });
    const hourly = { polling: { initialInterval: '1h', maximumInterval: '1h' } };
    const handles = {
      plain: await rig.track(taskQueue, plain),
      asleep: await rig.track(taskQueue, asleep, { ...hourly, notify: [{ workflowId: 'nobody' }] }),
      vanishing: await rig.track(taskQueue, vanishing),
      unreachable: await rig.track(taskQueue, unreachable),
    };
    const state = (name: keyof typeof handles) => handles[name].query<TrackingState>('status');
    await until(() => rig.polls(plain) > 2 && rig.polls(vanishing) > 0);
    await until(async () => (await state('unreachable')).problem !== null);
    await until(async () => (await state('asleep')).phase === 'waiting');
    controller.deleteJob(vanishing);

    /** A burst of what anybody may send, to a tracker that sleeps: it looks, and sleeps again. */
    const harry = async (): Promise<void> => {
      const before = rig.polls(asleep);
      await handles.asleep.signal('subscribe', { workflowId: 'nobody-else' });
      await handles.asleep.signal('subscribe', 'nonsense');
      for (let times = 0; times < 10; times++) await handles.asleep.signal('pollNow');
      await until(async () => rig.polls(asleep) > before && (await state('asleep')).phase === 'waiting');
    };
    for (const builds of shifts(release)) {
      await harry();
      await rig.shift(taskQueue, ...builds);
      await harry();
      const before = rig.polls(plain);
      expect(await state('asleep')).toMatchObject({ phase: 'waiting', problem: null });
      await until(() => rig.polls(plain) > before);
      expect(await state('unreachable')).toMatchObject({ problem: { code: 'unavailable' } });
    }

    await handles.asleep.executeUpdate('setPolling', {
      args: [{ initialInterval: '2h', maximumInterval: '2h' }],
    });
    failing.remove();
    for (const jobId of [plain, asleep, unreachable]) await controller.setJob(jobId, { status: 'complete' });
    for (const handle of Object.values(handles)) await handle.signal('pollNow');
    expect(await handles.plain.result()).toMatchObject({ status: 'complete', jobId: plain });
    expect(await handles.unreachable.result()).toMatchObject({ status: 'complete', jobId: unreachable });
    expect(await handles.asleep.result()).toMatchObject({
      status: 'complete',
      tracking: { undelivered: [{ workflowId: 'nobody' }, { workflowId: 'nobody-else' }] },
    });
    expect(await handles.vanishing.result()).toMatchObject({ status: 'expired', evidence: 'vanished_early' });
  });

  test('are launched once and lose no row when a pipeline changes hands in the middle', async () => {
    const taskQueue = `upgrade-${randomUUID()}`;
    const held = rig.emulator.controller.addRule({
      operation: 'import',
      teamId: taskQueue,
      job: { duration: '7d' },
    });
    await rig.shift(taskQueue, release);
    const rows = 2000;
    const handle = await rig.importRows('pipeline', taskQueue, organizations(rows));
    const areFollowed = async () => (await rig.followed(taskQueue)) === 2;
    await until(areFollowed);
    for (const builds of shifts(release)) {
      const launched = rig.launches(taskQueue);
      await rig.shift(taskQueue, ...builds);
      await rig.completeJobs(taskQueue);
      // Trackers that this build has begun wait for it: their pipeline, which is older, does not mind.
      if (!builds.includes('this') && !knowsOwnRuns(release))
        await until(() => rig.isStalled(`${handle.workflowId}/batch-0006`));
      else await until(async () => rig.launches(taskQueue) > launched && (await areFollowed()));
    }
    held.remove();
    await rig.completeJobs(taskQueue);
    const report = await handle.result();
    expect(report.totals).toEqual(allCreated(rows));
    expect(report.importsByStatus).toEqual({ complete: rows / 200 });
    const jobs = (await rig.emulator.controller.jobs()).filter(({ teamId }) => teamId === taskQueue);
    expect(jobs).toHaveLength(rows / 200);
  });
});
