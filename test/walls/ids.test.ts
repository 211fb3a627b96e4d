import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maxPipelineIdBytes, maxWorkflowIdBytes } from '../../src/core/workflow-id-limits';
import { organizations } from '../support/pipeline-rig';
import { testWaves } from './support/behind-the-wall';
import { failureOf } from './support/failure-of';
import type { WallSite } from './support/site';
import { startPipeline, startVictim } from './support/victims';

const long = (bytes: number): string => 'i'.repeat(bytes);
const unmet = 'not signalled: expected';

const startLong = (site: WallSite, bytes: number) => {
  const uri = site.source(`${bytes}.csv`, organizations(12));
  const input = { objectType: 'organization', batchSize: 6 } as const;
  return startPipeline(site, { uri, format: 'csv' }, input, long(bytes));
};

const longIds = {
  async 'subscribers whose ids the server does not take are listed, and the others are notified'(
    site: WallSite,
  ) {
    const listener = await startVictim(site, { polling: { initialInterval: '1s', maximumInterval: '1h' } });
    const victim = await startVictim(site, {
      notify: [{ workflowId: long(256) }, { workflowId: listener.handle.workflowId, signal: long(256) }],
    });
    await victim.handle.signal('subscribe', { workflowId: long(1000) });
    await victim.handle.signal('subscribe', { workflowId: 'zero\0' });
    await victim.handle.signal('subscribe', { workflowId: listener.handle.workflowId, signal: 'heard' });
    const { status, tracking } = await victim.finish();
    expect(status).toBe('complete');
    expect(tracking.undelivered.map(({ reason }) => reason)).toEqual([
      `${unmet} a workflow id of at most 255 bytes`,
      `${unmet} the name of a signal of at most 255 bytes`,
      `${unmet} a workflow id of at most 255 bytes`,
      `${unmet} a workflow id without zero characters`,
    ]);
    const { events } = await listener.handle.fetchHistory();
    const heard = events?.map((event) => event.workflowExecutionSignaledEventAttributes?.signalName);
    expect(heard).toContain('heard');
    await listener.handle.terminate();
  },

  async 'a tracker with such a subscriber can be cancelled'(site: WallSite) {
    const { handle } = await startVictim(site, { notify: [{ workflowId: long(300) }] });
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  },

  async 'a tracker with such a subscriber and an input that is refused ends'({ env, taskQueue }: WallSite) {
    const handle = await env.client.workflow.start('trackImport', {
      taskQueue,
      workflowId: 'long-and-refused',
      args: [{ teamId: 'team', jobId: 'job', notify: [{ workflowId: long(300) }], waitTimeout: 'never' }],
    });
    expect(await failureOf(handle)).toMatchObject({ type: 'InvalidInput' });
  },

  async 'a pipeline whose id leaves no room for its trackers is refused before anything is launched'(
    site: WallSite,
  ) {
    const { handle, team } = await startLong(site, maxPipelineIdBytes + 1);
    expect(await failureOf(handle)).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('of 221 bytes, expected a workflow id of at most 220 bytes') as string,
    });
    expect(site.emulator.controller.journal.filter(({ path }) => path.includes(team))).toEqual([]);
  },

  async 'a pipeline of the longest id imports everything'(site: WallSite) {
    const pipeline = await startLong(site, maxPipelineIdBytes);
    expect((await pipeline.report()).totals).toMatchObject({ rows: 12, created: 12 });
  },
};

testWaves(
  { 'ids that the server does not take stop no workflow': longIds },
  { server: { extraArgs: ['--dynamic-config-value', `limit.maxIDLength=${maxWorkflowIdBytes}`] } },
);

test('the configuration of the server that comes along takes ids of just that length', () => {
  const file = join(__dirname, '..', '..', 'deploy', 'temporal', 'dynamic-config.yaml');
  expect(readFileSync(file, 'utf8')).toContain(`limit.maxIDLength:\n  - value: ${maxWorkflowIdBytes}\n`);
});
