import { startCliBench, type CliBench } from './bench';
import { runCli } from './run-cli';

let bench: CliBench;

beforeAll(async () => {
  bench = await startCliBench();
});
afterAll(() => bench?.close());

const results = (...parameters: string[]) => runCli(['results', ...parameters], bench.environment);
const parsed = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('of a pipeline', () => {
  beforeAll(async () => {
    const lines = Array.from({ length: 30 }, (_, n) => (n === 4 ? 'ragged' : `Org ${n},o${n}.test`));
    const file = await bench.file('rows.csv', ['name,primary_domain', ...lines].join('\n'));
    const flags = ['--object-type', 'organization', '--dedupe-by', 'primary_domain', '--id', 'pipeline-1'];
    expect((await runCli(['import', file, ...flags], bench.environment)).code).toBe(4);
  });

  test('come as NDJSON off a terminal, a line for each row in order', async () => {
    const { code, stdout } = await results('pipeline-1');
    expect(code).toBe(0);
    const rows = parsed(stdout);
    expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
    expect(rows[4]).toMatchObject({ outcome: 'failed', error_code: 'malformed_row', id: null });
    expect(rows[0]).toMatchObject({ outcome: 'created', id: expect.any(String) as string, error_code: null });
  });

  test('come as CSV and as a table, also only those that failed', async () => {
    const csv = await results('pipeline-1', '--format', 'csv', '--failed');
    expect(csv.stdout.split('\n')).toEqual([
      'row,outcome,id,error_code,error_message',
      expect.stringMatching(/^5,failed,,malformed_row,/) as string,
      '',
    ]);
    const table = (await results('pipeline-1', '--format', 'table')).stdout.trimEnd().split('\n');
    expect(table).toHaveLength(31);
    expect(table[5]).toMatch(/^5 +failed +malformed_row +has 1 cell/);
  });
});

describe('of an import', () => {
  const rows = [
    { input_index: 1, id: 'b', existing: true },
    { input_index: 0, error: { code: 'invalid_value', message: 'no, never' } },
  ];

  test('come by its job id and by the workflow id of its tracker', async () => {
    await bench.emulator.controller.createJob({
      teamId: 'team-1',
      jobId: 'imp-1',
      results: rows,
      duration: 0,
    });
    expect((await runCli(['track', 'imp-1'], bench.environment)).code).toBe(4);
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
    await bench.emulator.controller.createJob({
      teamId: 'team-1',
      jobId: 'imp-2',
      results: many,
      duration: 0,
    });
    await runCli(['track', 'imp-2', '--results', 'stored'], bench.environment);
    const { stdout } = await results('imp-2', '--format', 'csv');
    expect(stdout.trimEnd().split('\n')).toHaveLength(5001);
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
  if (jobId === 'bare') await bench.emulator.controller.createJob(job);
  const submitted = ['--submitted-at', '2026-01-01T00:00:00Z'];
  await runCli(['track', jobId, ...flags, ...submitted], bench.environment);
  const run = await results(jobId);
  expect(run.code).toBe(code);
  expect(run.stderr).toMatch(error);
});

test('an id of nothing, and a workflow that goes on, are errors in words', async () => {
  const nothing = await results('no-such-import');
  expect(nothing).toMatchObject({ code: 1, stdout: '' });
  expect(nothing.stderr).toMatch(
    /There is no workflow "no-such-import" or "prism-import\/team-1\/no-such-import"/,
  );
  await bench.emulator.controller.createJob({ teamId: 'team-1', jobId: 'open', total: 3, end: 'never' });
  const { client } = bench.server;
  const options = {
    taskQueue: 'prism-imports',
    workflowId: 'open-tracker',
    args: [{ teamId: 'team-1', jobId: 'open' }],
  };
  const handle = await client.workflow.start('trackImport', options);
  expect((await results('open-tracker')).stderr).toMatch(/has not ended yet/);
  await handle.terminate();
});
