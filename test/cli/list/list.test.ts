import { findImport } from '../../../src/temporal/finding/find-import';
import { listBatches } from '../../../src/temporal/listing/list-imports';
import type { ListedImport } from '../../../src/temporal/listing/listing';
import { startOrAttachTracker } from '../../../src/temporal/trackers';
import { startPartialServer } from '../../support/partial-server';
import { until } from '../../support/until';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { runCli, startCli, withoutProgress } from '../support/run-cli';

let rig: CliRig;

beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(() => rig?.close());

/** Starts the tracker of a job that goes on, or of one that is done. */
async function startJob(teamId: string, ended: boolean): Promise<string> {
  const job = { teamId, total: 40, duration: ended ? 0 : 3_600_000 };
  const jobId = await rig.emulator.controller.createJob(job);
  const tracker = await startOrAttachTracker(rig.server.client, 'prism-imports', { teamId, jobId });
  if (ended) await tracker.result();
  return jobId;
}
const list = (...flags: string[]) => runCli(['list', ...flags], rig.environment);
const rowsOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ListedImport);

/** Lists until the index, which lags a little behind, holds so many rows. */
async function listed(count: number, ...flags: string[]): Promise<ListedImport[]> {
  for (;;) {
    const rows = rowsOf((await list('--json', ...flags)).stdout);
    if (rows.length === count && rows.every(({ jobId }) => jobId !== null)) return rows;
  }
}

test.each(["o'brien", "'quoted'", 'say "hi"', 'back\\slash', 'really?', '100%', 'under_score', 'ünïcode'])(
  'the imports of team %s are found, and only those',
  async (teamId) => {
    const jobId = await startJob(teamId, false);
    const rows = await listed(1, '--team', teamId);
    expect(rows).toEqual([expect.objectContaining({ status: 'processing', teamId, jobId, endedAt: null })]);
    // So are those that a parent has started under an id of its own.
    const { client } = rig.server;
    const batch = { teamId, jobId: `job of ${teamId}` };
    const workflowId = `file of ${teamId}/batch-0001`;
    await client.workflow.start('trackImport', { workflowId, taskQueue: 'prism-imports', args: [batch] });
    await listed(2, '--team', teamId);
    expect((await findImport(client, { id: batch.jobId, teamId, first: 'open' })).handle.workflowId).toBe(
      workflowId,
    );
    expect((await listBatches(client, `file of ${teamId}`, 10)).rows).toMatchObject([batch]);
  },
);

test('an import whose input is refused is found by its team and its job', async () => {
  const ids = { teamId: 'refused', jobId: 'refused-1' };
  const refused = await rig.server.client.workflow.start('trackImport', {
    workflowId: 'refused/track',
    taskQueue: 'prism-imports',
    args: [{ ...ids, waitTimeout: 90 }],
  });
  await expect(refused.result()).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
  expect(await listed(1, '--team', 'refused')).toMatchObject([{ ...ids, status: 'error' }]);
});

test('what goes on stands before what ended, and filters and limit hold', async () => {
  const done = await startJob('mixed', true);
  const open = await startJob('mixed', false);
  const rows = await listed(2, '--team', 'mixed');
  expect(rows.map(({ jobId, status }) => [jobId, status])).toEqual([
    [open, 'processing'],
    [done, 'complete'],
  ]);
  expect(await listed(1, '--team', 'mixed', '--status', 'complete,failed')).toMatchObject([{ jobId: done }]);
  const limited = await list('--team', 'mixed', '--limit', '1');
  expect(limited.stdout).toContain(open);
  expect(limited.stdout).toContain('Only the first 1 are shown');
  expect((await list('--team', 'mixed', '--older-than', '1h')).stdout).toBe('No import found.\n');
  expect((await list('--team', 'mixed', '--newer-than', '1h')).stdout).toContain(done);
});

test('what holds up open imports may stay unknown: a warning says so, and the list comes', async () => {
  const jobId = await startJob('unasked', false);
  await listed(1, '--team', 'unasked');
  const way = await startPartialServer(rig.server.address);
  way.fault('DescribeWorkflowExecution', 'unimplemented');
  const run = await runCli(['list', '--team', 'unasked', '--json'], {
    ...rig.environment,
    TEMPORAL_ADDRESS: way.address,
  });
  await way.close();
  expect(run.code).toBe(0);
  expect(rowsOf(run.stdout)).toMatchObject([{ jobId, status: 'processing' }]);
  expect(run.stdout).not.toContain('unserved');
  expect(withoutProgress(run.stderr)).toMatch(
    /^Warning: could not check whether .*: unknown method Describe.*\nPolls still needed by .*\nThis month: .*\n$/,
  );
});

test.each([
  ['ListWorkflowExecutions', 'reading the index', []],
  ['DescribeWorkflowExecution', 'checking what holds open imports up', []],
  ['QueryWorkflow', 'querying trackers', ['--ask']],
  ['CountWorkflowExecutions', 'looking for undelivered notices', []],
])('what takes longer than two seconds is told: %s', async (call, doing, flags) => {
  const teamId = `slow-${call}`;
  await startJob(teamId, false);
  await listed(1, '--team', teamId);
  const way = await startPartialServer(rig.server.address);
  way.fault(call, 'silent');
  const through = { ...rig.environment, TEMPORAL_ADDRESS: way.address };
  const run = startCli(['list', '--team', teamId, ...flags], through);
  await run.printed(new RegExp(`^${doing}$`, 'm'));
  run.kill('SIGTERM');
  await run.ended;
  await way.close();
});

test('off a terminal a watched list is one line per change', async () => {
  const jobId = await startJob('lines', false);
  const run = startCli(['list', '--team', 'lines', '--watch'], rig.environment);
  await run.printed(new RegExp(`^\\S+Z {2}lines ${jobId} {2}processing$`, 'm'));
  // A key that is refused before the first answer ends the tracker.
  await until(() => rig.emulator.controller.journal.some(({ path }) => path.endsWith(jobId)));
  const refused = rig.emulator.controller.addRule({ path: `/${jobId}$`, respond: { status: 403 } });
  await rig.server.client.workflow.getHandle(`prism-import/lines/${jobId}`).signal('pollNow');
  await run.printed(/processing → processing \(key_refused\)$/m);
  refused.remove();
  await rig.emulator.controller.setJob(jobId, { status: 'complete' });
  await rig.server.client.workflow.getHandle(`prism-import/lines/${jobId}`).signal('pollNow');
  await run.printed(/ → complete$/m);
  run.kill('SIGINT');
  const { code, stdout, stderr } = await run.ended;
  expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  expect(stdout).not.toContain('\u001b');
  expect(stdout).toContain('processing (key_refused) → ');
});

test('pipelines are listed by their workflow id', async () => {
  const file = await rig.file('one.csv', 'name\nOne\n');
  const run = await runCli(
    ['import', file, '--object-type', 'organization', '--id', 'listed-pipeline'],
    rig.environment,
  );
  expect(run.code).toBe(0);
  for (;;) {
    const { stdout } = await list('--pipelines');
    if (!stdout.includes('complete')) continue;
    expect(stdout).toMatch(/^complete +\S.* ago +listed-pipeline$/m);
    break;
  }
});
