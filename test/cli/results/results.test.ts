import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { withoutAccounts } from '../../../src/config/config';
import type { RowResult } from '../../../src/core/api/import-job';
import type { ImportReport } from '../../../src/core/pipeline/report';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { program, runCli, startCliOnTerminal } from '../support/run-cli';

let rig: CliRig;

beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(() => rig?.close());

const results = (...parameters: string[]) => runCli(['results', ...parameters], rig.environment);
const parsed = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const finishedJob = (jobId: string, rows: RowResult[], total = rows.length) =>
  rig.emulator.controller.createJob({ teamId: 'team-1', jobId, results: rows, total, duration: 0 });

describe('of a pipeline', () => {
  let report: ImportReport;

  beforeAll(async () => {
    const lines = Array.from({ length: 130 }, (_, n) => (n === 4 ? 'ragged' : `Org ${n},o${n}.test`));
    const file = await rig.file('rows.csv', ['name,primary_domain', ...lines].join('\n'));
    const flags = ['--object-type', 'organization', '--dedupe-by', 'primary_domain', '--id', 'pipeline-1'];
    const { code, stdout } = await runCli(['import', file, ...flags, '--json'], rig.environment);
    expect(code).toBe(4);
    report = JSON.parse(stdout) as ImportReport;
  });

  test('come as NDJSON off a terminal, as they stand in the report', async () => {
    const { code, stdout } = await results('pipeline-1');
    expect(code).toBe(0);
    expect(stdout).toBe(await readFile(fileURLToPath(report.reportNdjsonUri), 'utf8'));
    const rows = parsed(stdout);
    expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 130 }, (_, n) => n + 1));
    expect(rows[4]).toMatchObject({ line: 6, outcome: 'failed', error_code: 'malformed_row', id: null });
    expect(rows[0]).toMatchObject({ outcome: 'created', id: expect.any(String) as string, error_code: null });
  });

  test('come as CSV, also only those that failed', async () => {
    const { stdout } = await results('pipeline-1', '--format', 'csv');
    expect(stdout).toBe(await readFile(fileURLToPath(report.reportUri), 'utf8'));
    const failed = await results('pipeline-1', '--format', 'csv', '--failed');
    expect(failed.stdout.split('\n')).toEqual([
      'row,line,outcome,id,error_code,error_message,batch,job_id',
      expect.stringMatching(/^5,6,failed,,malformed_row,/) as string,
      '',
    ]);
  });

  test('come as a table on a terminal', async () => {
    const { code, stdout } = await startCliOnTerminal(['results', 'pipeline-1'], rig.environment).ended;
    expect(code).toBe(0);
    const table = stripVTControlCharacters(stdout).trimEnd().split(/\r?\n/);
    expect(table).toHaveLength(131);
    expect(table[0]).toMatch(/^row +line +outcome +id +error_code +error_message$/);
    expect(table[5]).toMatch(/^5 +6 +failed +malformed_row +has 1 cell/);
  });

  test('are found by the job id of a batch as well, as far as it goes', async () => {
    const { jobId } = report.imports[0] ?? {};
    const rows = parsed((await results(String(jobId))).stdout);
    expect(rows).toHaveLength(129);
    expect(rows[0]).toMatchObject({ row: 1, outcome: 'created' });
  });

  test('need the storage, and say so', async () => {
    const { code, stdout, stderr } = await runCli(['results', 'pipeline-1'], {
      ...rig.environment,
      PRISM_STORAGE: '',
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('PRISM_STORAGE: saw nothing, expected the storage of the workers');
  });

  test('that are not where they were, or are damaged, are an error in words', async () => {
    const elsewhere = { ...rig.environment, PRISM_STORAGE: `file:${await rig.file('elsewhere', '')}` };
    const path = fileURLToPath(report.reportNdjsonUri);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"row":3,', '"row":3'));
    const runs = [await runCli(['results', 'pipeline-1'], elsewhere), await results('pipeline-1')];
    await writeFile(path, text);
    for (const { code, stderr } of runs) {
      expect(code).toBe(1);
      expect(stderr).toContain(report.reportNdjsonUri);
      expect(stderr).not.toMatch(/^ {4}at /m);
    }
    expect(runs[0]?.stderr).toContain('Set PRISM_STORAGE here to the value that the workers have.');
    expect(runs[1]?.stderr).toContain('its line 3 cannot be read');
  });
});

test('of failed rows alone are printed where no other was kept', async () => {
  const jobId = await finishedJob('imp-partly', [
    { input_index: 0, id: 'a', created: true },
    { error: { code: 'invalid_value', message: 'never' } },
  ]);
  const bare = { ...rig.environment, PRISM_STORAGE: '' };
  const tracked = await runCli(['track', jobId, '--results', 'failed'], bare);
  expect(tracked.code).toBe(4);
  expect(tracked.stdout).toContain('Failed rows: 1 in the outcome');
  expect(parsed((await results(jobId, '--failed')).stdout)).toMatchObject([
    { row: 2, outcome: 'failed', error_code: 'invalid_value' },
  ]);
});

describe('of an import', () => {
  const rows = [
    { input_index: 1, id: 'b', existing: true },
    { input_index: 0, error: { code: 'invalid_value', message: 'no, never' } },
  ];

  test('come by its job id and by the workflow id of its tracker', async () => {
    await finishedJob('imp-1', rows);
    expect((await runCli(['track', 'imp-1'], rig.environment)).code).toBe(4);
    const expected = [
      { row: 2, outcome: 'existing', id: 'b', error_code: null, error_message: null },
      { row: 1, outcome: 'failed', id: null, error_code: 'invalid_value', error_message: 'no, never' },
    ];
    expect(parsed((await results('imp-1')).stdout)).toEqual(expected);
    expect(parsed((await results('prism-import/team-1/imp-1', '--json')).stdout)).toEqual(expected);
    expect(parsed((await results('imp-1', '--failed')).stdout)).toEqual(expected.slice(1));
  });

  test('come from the storage when they are stored', async () => {
    const many = Array.from({ length: 5000 }, (_, n) => ({ input_index: n, id: `r${n}`, created: true }));
    await finishedJob('imp-2', many);
    await runCli(['track', 'imp-2', '--results', 'stored'], rig.environment);
    const { stdout } = await results('imp-2', '--format', 'csv');
    expect(stdout.trimEnd().split('\n')).toHaveLength(5001);
    expect(stdout).toMatch(/^row,outcome,id,error_code,error_message\n1,created,r0,,\n/);
  });

  test('belong to no certain row when they name none and are not as many as the rows', async () => {
    const some = [
      { id: 'x', created: true },
      { input_index: 7, id: 'y', created: true },
    ];
    for (const total of [2, 9]) {
      const jobId = `imp-of-${total}`;
      await finishedJob(jobId, some, total);
      await runCli(['track', jobId], rig.environment);
      const rows = parsed((await results(jobId)).stdout);
      expect(rows.map(({ row }) => row)).toEqual([total === 2 ? 1 : null, 8]);
    }
  });

  test('are found by the job id, however its tracker is called', async () => {
    await finishedJob('imp-4', rows);
    const options = { taskQueue: 'prism-imports', args: [{ teamId: 'team-1', jobId: 'imp-4' }] };
    await rig.server.client.workflow.execute('trackImport', { ...options, workflowId: 'own-id' });
    const { code, stdout } = await results('imp-4');
    expect(code).toBe(0);
    expect(stdout).toBe((await results('own-id')).stdout);
  });

  test('cannot command the terminal', async () => {
    const message = 'a\u001b[2Jb\nc\u009b\u202ed';
    const bad = [{ input_index: 0, error: { code: 'x', message } }];
    await finishedJob('hostile', bad);
    await runCli(['track', 'hostile'], rig.environment);
    const { stdout } = await results('hostile', '--format', 'table');
    expect(stdout).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  test('end without an error when the reader has seen enough', async () => {
    const many = Array.from({ length: 100_000 }, (_, n) => ({
      input_index: n,
      id: `record-${n}`,
      created: true,
    }));
    await finishedJob('imp-3', many);
    await runCli(['track', 'imp-3'], rig.environment);
    const child = spawn(process.execPath, [program, 'results', 'imp-3'], {
      env: { ...withoutAccounts(), ...rig.environment },
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await once(child.stdout, 'readable');
    child.stdout.destroy();
    const [code] = (await once(child, 'close')) as [number];
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

test.each([
  { say: 'that expired', jobId: 'gone', flags: [], code: 5, error: /ended as expired/ },
  {
    say: 'whose results were left out',
    jobId: 'bare',
    flags: ['--results', 'omitted'],
    code: 1,
    error: /left out/,
  },
])('an import $say has none, and says so', async ({ jobId, flags, code, error }) => {
  const job = { teamId: 'team-1', jobId: 'bare', total: 3, duration: 0 };
  if (jobId === 'bare') await rig.emulator.controller.createJob(job);
  const submitted = ['--submitted-at', '2026-01-01T00:00:00Z'];
  await runCli(['track', jobId, ...flags, ...submitted], rig.environment);
  const run = await results(jobId);
  expect(run.code).toBe(code);
  expect(run.stderr).toMatch(error);
});

test.each([
  {
    say: 'of nothing',
    id: 'no-such-import',
    error: 'has no workflow "no-such-import", and no tracker of such a job of team "team-1"',
  },
  { say: 'of a path', id: '..', error: 'has no workflow ".."' },
  { say: 'with quotes', id: `'" OR ''='`, error: 'has no workflow' },
  { say: 'too long for any', id: 'x'.repeat(2000), error: 'has no workflow' },
])('an id $say is an error in words', async ({ id, error }) => {
  const { code, stdout, stderr } = await results(id);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(error);
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test.each([
  { type: 'trackImport', advice: 'prism-imports describe going-on' },
  { type: 'importRecords', advice: 'prism-imports import --attach going-on' },
  { type: 'someOther', advice: 'neither a pipeline nor a tracker' },
])('a workflow of type $type that goes on has no results yet', async ({ type, advice }) => {
  const { client } = rig.server;
  const handle = await client.workflow.start(type, { taskQueue: 'nobody', workflowId: 'going-on' });
  const { code, stdout, stderr } = await results('going-on');
  await handle.terminate();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(advice);
});

test('a pipeline that failed or was ended says how', async () => {
  const { client } = rig.server;
  const options = { taskQueue: 'nobody', workflowId: 'ended' };
  await (await client.workflow.start('importRecords', options)).terminate('enough of it');
  const { code, stderr } = await results('ended');
  expect(code).toBe(1);
  expect(stderr).toContain('enough of it');
  expect(stderr).not.toMatch(/^ {4}at /m);
});
