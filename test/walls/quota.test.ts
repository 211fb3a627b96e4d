import { testWaves, type Attacks } from './support/behind-the-wall';
import { failureOf } from './support/failure-of';
import { signalRaw } from './support/raw-messages';
import { teamId } from './support/site';
import { startVictim } from './support/victims';
import { until } from '../support/until';
import { pollNowFloorMs } from '../../src/core/tracker/schedule';

const seldom = {
  initialInterval: '1s',
  backoffCoefficient: 10,
  maximumInterval: '1h',
  adaptive: false,
} as const;
/** Polls of that schedule in the first minutes, besides the first. */
const scheduled = 2;

const bursts: Attacks = {
  'hundreds of signals pollNow': async (site) => {
    const victim = await startVictim(site, { polling: seldom });
    const beganAt = performance.now();
    for (let burst = 0; burst < 10; burst += 1) {
      const sent = Array.from({ length: 40 }, () => signalRaw(site, victim.handle.workflowId, 'pollNow', []));
      await Promise.all(sent);
    }
    await until(() => victim.polls() >= 2);
    const asked = victim.polls() - 1;
    expect(asked).toBeLessThanOrEqual(scheduled + 1 + (performance.now() - beganAt) / pollNowFloorMs);
    await signalRaw(site, victim.handle.workflowId, 'pollNow', []);
    expect((await victim.finish()).status).toBe('complete');
  },
};

const ids: Attacks = {
  'a subscriber that is there and one that is not': async (site) => {
    const other = await startVictim(site);
    const victim = await startVictim(site, {
      notify: [{ workflowId: other.handle.workflowId }, { workflowId: 'nobody' }],
    });
    const { tracking } = await victim.finish();
    expect(tracking.undelivered).toMatchObject([{ workflowId: 'nobody' }]);
    expect((await other.finish()).status).toBe('complete');
  },
  'ids of jobs that lead elsewhere': async (site) => {
    for (const jobId of ['..', '.', 'a\u0000b', 'j'.repeat(201), '\n']) {
      const options = {
        taskQueue: site.taskQueue,
        workflowId: `victim-${Math.random()}`,
        args: [{ teamId, jobId }],
      };
      const handle = await site.env.client.workflow.start('trackImport', options);
      expect(await failureOf(handle)).toMatchObject({ type: 'InvalidInput' });
    }
  },
};

testWaves({
  'a burst of asked polls spends no more requests than the floor allows': bursts,
  'ids that the API cannot take are refused, and subscribers that are not there are listed': ids,
});
