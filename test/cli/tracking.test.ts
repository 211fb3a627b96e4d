import { randomUUID } from 'node:crypto';
import { trackerWorkflowId } from '../../src/domain/ids';
import type { ImportOutcome } from '../../src/domain/outcome';
import type { ImportReport } from '../../src/domain/import-records';
import { startCliBench, type CliBench } from './bench';
import { runCli, startCli } from './run-cli';

const teamId = 'team-1';
let bench: CliBench;

beforeAll(async () => {
  bench = await startCliBench();
});
afterAll(() => bench?.close());

async function job(script: Record<string, unknown>): Promise<string> {
  return bench.emulator.createJob({ teamId, jobId: randomUUID(), total: 2, ...script });
}

const cli = (...parameters: string[]) => runCli(parameters, bench.environment);

test.each([
  { name: 'complete', script: {}, code: 0, status: 'complete' },
  {
    name: 'rows failed',
    script: { results: [{ error: { code: 'bad' } }, { id: 'a', created: true }] },
    code: 4,
    status: 'complete',
  },
  { name: 'failed', script: { status: 'failed', error: { code: 'broken' } }, code: 3, status: 'failed' },
  { name: 'expired', script: null, code: 5, status: 'expired' },
  {
    name: 'timed out',
    script: { durationMs: 86_400_000 },
    code: 6,
    status: 'timed_out',
    flags: ['--wait-timeout', '3s'],
  },
])('track ends with exit code $code: $name', async ({ script, code, status, flags = [] }) => {
  const jobId = script === null ? randomUUID() : await job(script);
  const submitted = script === null ? ['--submitted-at', '2026-01-01T00:00:00Z'] : [];
  const json = await cli('track', jobId, '--json', ...flags, ...submitted);
  expect(json.code).toBe(code);
  expect(JSON.parse(json.stdout) as ImportOutcome).toMatchObject({
    status: status === 'expired' ? 'expired' : status,
    teamId,
    jobId,
  });
  const described = await cli('describe', jobId);
  expect(described).toMatchObject({ code: 0 });
  expect(described.stdout).toContain(`Import ${jobId}: ${status}`);
});

test('track attaches to a running tracker, Ctrl-C leaves it, and describe shows it', async () => {
  const jobId = await job({ durationMs: 86_400_000 });
  const first = startCli(['track', jobId], bench.environment);
  await first.printed(/processing, poll/);
  const second = startCli(['track', jobId], bench.environment);
  await second.printed(/processing, poll/);
  first.kill('SIGINT');
  const end = await first.ended;
  expect(end.code).toBe(130);
  expect(end.stderr).toContain('Interrupted. The tracker goes on');

  const described = await cli('describe', jobId);
  expect(described.code).toBe(0);
  expect(described.stdout).toMatch(/Import {5}processing, tracker/);
  expect(described.stdout).toContain('temporal workflow signal --address');
  const json = await cli('describe', jobId, '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    execution: 'RUNNING',
    outcome: null,
    state: { job: { job_id: jobId } },
  });

  const runs: string[] = [];
  const query = `WorkflowId='${trackerWorkflowId(teamId, jobId)}'`;
  for await (const { runId } of bench.server.client.workflow.list({ query })) runs.push(runId);
  expect(runs).toHaveLength(1);
  await bench.emulator.setJob(jobId, { status: 'complete' });
  await bench.server.client.workflow.getHandle(trackerWorkflowId(teamId, jobId)).signal('pollNow');
  expect(await second.ended).toMatchObject({ code: 0 });
});

test('describe says when there is no such tracker', async () => {
  const { code, stdout, stderr } = await cli('describe', 'nothing-like-it');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('has no workflow');
});

test.each([
  {
    name: 'every row imported',
    text: 'name,primary_domain\nA,a.example\nB,b.example\n',
    code: 0,
    created: 2,
    failed: 0,
  },
  {
    name: 'a malformed line in the middle',
    text: 'name,primary_domain\nC,c.example\nragged\nD,d.example\n',
    code: 4,
    created: 2,
    failed: 1,
  },
])('import ends with exit code $code: $name', async ({ text, code, created, failed }) => {
  const file = await bench.file(`${randomUUID()}.csv`, text);
  const flags = ['--object-type', 'organization', '--dedupe-by', 'primary_domain', '--json'];
  const end = await cli('import', file, ...flags);
  expect(end.code).toBe(code);
  const report = JSON.parse(end.stdout) as ImportReport;
  expect(report.totals).toMatchObject({ rows: created + failed, created, failed, existing: 0, unknown: 0 });
  expect(report.failedRowsUri === null).toBe(failed === 0);
});

test('import refuses a file that has no rows to import with exit code 2', async () => {
  const file = await bench.file('empty.csv', '');
  const end = await cli('import', file, '--object-type', 'organization');
  expect(end.code).toBe(2);
  expect(end.stdout).toBe('');
});
