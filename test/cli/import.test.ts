import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { ImportReport } from '../../src/domain/import-report';
import { startCliBench, type CliBench } from './bench';
import { runCli, startCli, startCliOnTerminal } from './run-cli';

let bench: CliBench;

beforeAll(async () => {
  bench = await startCliBench();
});
afterAll(() => bench?.close());

const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await new Promise(setImmediate);
};

/** A CSV of organisations; every row is its own unless `lines` says otherwise. */
const csv = (rows: number, lines: Record<number, string> = {}) =>
  [
    'name,primary_domain',
    ...Array.from({ length: rows }, (_, i) => lines[i] ?? `Org ${i},org-${i}.test`),
  ].join('\n');
const importFile = (path: string, ...flags: string[]) => [
  'import',
  path,
  '--object-type',
  'organization',
  ...flags,
];

test('an import prints its batches and totals, and ends with 0 when no row failed', async () => {
  const file = await bench.file('good.csv', csv(250));
  const run = importFile(file, '--team', 'good', '--dedupe-by', 'primary_domain', '--batch-size', '125');
  const { code, stdout, stderr } = await runCli(run, bench.environment);
  expect(code).toBe(0);
  expect(stdout).toContain('250 rows = 250 created in 2 imports\n');
  expect(stdout).toMatch(/^ +2 {2}\S+ +complete +125 +125 /m);
  expect(stderr).toMatch(/^Imported by workflow prism-records-/m);
  expect(stderr).not.toContain('Without --dedupe-by');
  expect(bench.emulator.controller.counts('good').organization).toBe(250);
});

test('an import with a failed row ends with 4; --json prints the report', async () => {
  const file = await bench.file('ragged.csv', csv(5, { 2: 'a row,with,too many cells' }));
  const { code, stdout, stderr } = await runCli(
    importFile(file, '--team', 'ragged', '--json'),
    bench.environment,
  );
  expect(code).toBe(4);
  const report = JSON.parse(stdout) as ImportReport;
  expect(report.totals).toEqual({ rows: 5, created: 4, updated: 0, existing: 0, failed: 1, unknown: 0 });
  const lines = (await readFile(fileURLToPath(report.reportUri), 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(6);
  expect(lines[3]).toMatch(/^3,4,failed,,malformed_row,/);
  expect(stderr).toContain('Without --dedupe-by a batch whose answer is lost is not sent again');
});

test('a file that cannot be planned is a usage error that names what was seen', async () => {
  const file = await bench.file('header-only.csv', 'name,primary_domain\n');
  const { code, stdout, stderr } = await runCli(importFile(file), bench.environment);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('(a header and no rows), expected a CSV with a header line and at least one row');
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test('Ctrl-C ends import with exit code 130, and the line that is printed waits for its report', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  bench.emulator.controller.addRule({
    method: 'POST',
    path: /\/held\//,
    respond: async () => {
      await held;
      return undefined;
    },
  });
  const file = await bench.file('held.csv', csv(3));
  const run = startCli(
    importFile(file, '--team', 'held', '--dedupe-by', 'primary_domain'),
    bench.environment,
  );
  await run.printed(/0 of 3 rows, .*importing/);
  run.kill('SIGINT');
  const { code, stderr } = await run.ended;
  expect(code).toBe(130);
  const [, workflowId = ''] = /`prism-imports import --attach (\S+)` follows/.exec(stderr) ?? [];
  release();
  const again = await runCli(['import', '--attach', workflowId, '--json'], bench.environment);
  expect(again.code).toBe(0);
  expect((JSON.parse(again.stdout) as ImportReport).totals).toMatchObject({ rows: 3, created: 3 });
});

test('on a terminal a second Ctrl-C cancels the import', async () => {
  bench.emulator.controller.addRule({ operation: 'import', teamId: 'endless', job: { end: 'never' } });
  const file = await bench.file('endless.csv', csv(100));
  const flags = ['--team', 'endless', '--dedupe-by', 'primary_domain', '--id', 'endless-import'];
  const run = startCliOnTerminal(importFile(file, ...flags), bench.environment);
  await run.printed(/importing/);
  await until(() => bench.emulator.controller.requests({ teamId: 'endless', did: 'launched' }).length > 0);
  run.type('\u0003');
  await run.printed(/Press Ctrl-C again to cancel/);
  run.type('\u0003');
  const { code, stdout } = await run.ended;
  expect(code).toBe(130);
  expect(stdout).toContain('Cancelled.');
  const { status } = await bench.server.client.workflow.getHandle('endless-import').describe();
  expect(status.name).toBe('CANCELLED');
});

test('a second import under the same id attaches to the first', async () => {
  bench.emulator.controller.addRule({ operation: 'import', teamId: 'twice', job: { duration: '3s' } });
  const file = await bench.file('twice.csv', csv(100));
  const run = importFile(file, '--team', 'twice', '--dedupe-by', 'primary_domain', '--id', 'twice', '--json');
  const [first, second] = await Promise.all([runCli(run, bench.environment), runCli(run, bench.environment)]);
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(second.stdout).toBe(first.stdout);
  expect(bench.emulator.controller.requests({ teamId: 'twice', did: 'launched' })).toHaveLength(1);
});

test('--attach to nothing, or to another workflow, is an error in words', async () => {
  const { code, stderr } = await runCli(['import', '--attach', 'nowhere'], bench.environment);
  expect(code).toBe(1);
  expect(stderr).toMatch(/nowhere/);
  expect(stderr).not.toMatch(/^ {4}at /m);
  const without = await runCli(['import'], bench.environment);
  expect(without).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Give FILE and --object-type') as string,
  });
});

test('columns that no mapping names are named in one warning', async () => {
  const file = await bench.file('mapped.csv', 'Company,domain,more\nA,a.test,1\n');
  const flags = ['--team', 'mapped', '--dedupe-by', 'domain', '--map', 'Company=name'];
  const { code, stdout, stderr } = await runCli(importFile(file, ...flags), bench.environment);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Warning: .*domain.*more/m);
  expect(stderr.match(/Warning:/g)?.length ?? 0).toBeLessThanOrEqual(1);
});

describe('--dry-run', () => {
  const dry = (path: string, ...flags: string[]) =>
    runCli(importFile(path, '--dry-run', '--json', ...flags), { MICRO_TEAM_ID: 'team-1' });

  test('shows what would be sent, and needs neither Temporal nor a key', async () => {
    const file = await bench.file('dry.csv', 'name;employees;tags;note\nA;12;x|y;n\nB;many;;\nC;7;z;\n');
    const maps = ['employees=headcount:number', 'tags=labels[|]', 'note='].flatMap((map) => ['--map', map]);
    const { code, stdout } = await dry(file, '--delimiter', ';', '--batch-size', '2', ...maps);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      rows: 3,
      sendable: 2,
      malformed: 1,
      malformedRows: [{ row: 2, line: 3, reason: expect.stringMatching(/employees.*number/) as string }],
      batches: 2,
      columns: ['name', 'employees', 'tags', 'note'],
      warnings: [expect.stringContaining('name') as string],
      firstRows: [
        { default: { name: 'A', headcount: 12, labels: ['x', 'y'] } },
        { default: { name: 'C', headcount: 7, labels: ['z'] } },
      ],
      requests: { launches: 2, polls: 38, monthlyQuota: 1000 },
    });
  });

  test('reads the universities, compressed, in words', async () => {
    const text = await readFile(join(__dirname, '..', '..', 'data', 'universities.csv'));
    const file = await bench.file('universities.csv.gz', gzipSync(text));
    const { code, stdout } = await runCli(importFile(file, '--dry-run'), { MICRO_TEAM_ID: 'team-1' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Rows: 10251, of which 10251 can be sent in 11 imports and 0 cannot be read$/m);
    expect(stdout).toMatch(/^Nothing was sent\.$/m);
  });

  test.each([
    { say: 'an empty file', text: '', seen: 'an empty file' },
    { say: 'a header alone', text: 'name\n', seen: 'a header and no rows' },
    {
      say: 'a header with a name twice',
      text: 'a,a\n1,2\n',
      seen: 'the name \\"a\\" twice|the name "a" twice',
    },
  ])('refuses $say', async ({ text, seen }) => {
    const { code, stderr } = await dry(await bench.file('bad.csv', text));
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(seen));
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  test('refuses a mapping that cannot be read', async () => {
    const file = await bench.file('ok.csv', 'a\n1\n');
    for (const flags of [
      ['--map', 'a'],
      ['--map', 'a=b:date'],
      ['--map', 'z=b'],
      ['--mapping', '/nowhere'],
    ]) {
      expect(await dry(file, ...flags)).toMatchObject({ code: 2, stdout: '' });
    }
  });
});
