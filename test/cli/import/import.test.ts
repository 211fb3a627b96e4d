import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ImportReport } from '../../../src/core/pipeline/report';
import { typed } from '../../support/shown-lines';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { runCli, startCli, type CliRun } from '../support/run-cli';

let rig: CliRig;

beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(() => rig?.close());

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
  const file = await rig.file('good.csv', csv(250));
  const run = importFile(file, '--team', 'good', '--dedupe-by', 'primary_domain', '--batch-size', '125');
  const { code, stdout, stderr } = await runCli(run, rig.environment);
  expect(code).toBe(0);
  expect(stdout).toContain('250 rows = 250 created in 2 imports\n');
  expect(stdout).toMatch(/^ +2 {2}\S+ +complete +125 +125 /m);
  expect(stderr).toMatch(/^Imported by workflow prism-records-/m);
  expect(stderr).not.toContain('Without --dedupe-by');
  expect(rig.emulator.controller.counts('good').organization).toBe(250);
});

test('an import with a failed row ends with 4; --json prints the report', async () => {
  const file = await rig.file('ragged.csv', csv(5, { 2: 'a row,with,too many cells' }));
  const { code, stdout, stderr } = await runCli(
    importFile(file, '--team', 'ragged', '--json'),
    rig.environment,
  );
  expect(code).toBe(4);
  const report = JSON.parse(stdout) as ImportReport;
  expect(report.totals).toEqual({ rows: 5, created: 4, updated: 0, existing: 0, failed: 1, unknown: 0 });
  const lines = (await readFile(fileURLToPath(report.reportUri), 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(6);
  expect(lines[3]).toMatch(/^3,4,failed,,malformed_row,/);
  expect(stderr).toContain('Without --dedupe-by, a batch whose answer is lost is not sent again');
});

test.each([
  { say: 'an empty file', text: '', seen: '(an empty file)' },
  { say: 'a header alone', text: 'name,primary_domain\n', seen: '(a header and no rows)' },
  { say: 'a header with a name twice', text: 'name,name\na,b\n', seen: 'the name "name" twice' },
])('$say is a usage error in words', async ({ text, seen }) => {
  const file = await rig.file('bad.csv', text);
  const { code, stdout, stderr } = await runCli(importFile(file), rig.environment);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(seen);
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test('a file that is not on the host of the worker is one as well, by its URI', async () => {
  const { code, stderr } = await runCli(importFile('file:///no/such.csv'), rig.environment);
  expect(code).toBe(2);
  expect(stderr).toContain('source.uri: saw file:///no/such.csv');
});

test.each(['--json', '--dry-run'])(
  'a key with an empty part is refused before anything is started, with %s too',
  async (flag) => {
    const run = importFile('s3://bucket/a//b', '--team', 'keys', flag);
    const { code, stdout, stderr } = await runCli(run, {
      ...rig.environment,
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('source.uri: saw s3://bucket/a//b, expected file:///path');
    expect(stderr).toContain('s3://bucket/key of which no part is empty');
  },
);

test('a second import under the same id follows the first, says so, and sends nothing', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const respond = async () => {
    await held;
    return undefined;
  };
  rig.emulator.controller.addRule({ operation: 'import', teamId: 'twice', respond });
  const paths = [await rig.file('first.csv', csv(100)), await rig.file('second.csv', csv(7))];
  const flags = ['--team', 'twice', '--dedupe-by', 'primary_domain', '--id', 'twice', '--json'];
  const runs: CliRun[] = [];
  for (const path of paths) {
    const run = startCli(importFile(path, ...flags), rig.environment);
    await run.printed(/(Imported by|Following) workflow twice/);
    runs.push(run);
  }
  release();
  const [first, second] = await Promise.all(runs.map(({ ended }) => ended));
  expect([first?.code, second?.code]).toEqual([0, 0]);
  expect(second?.stdout).toBe(first?.stdout);
  expect(second?.stderr).toMatch(/Warning: \S*second.csv was not read: this workflow id is already in use/);
  expect(rig.emulator.controller.requests({ teamId: 'twice', did: 'launched' })).toHaveLength(1);
});

test('an id under which something else runs is refused', async () => {
  const file = await rig.file('other.csv', csv(1));
  const options = { taskQueue: 'nobody', workflowId: 'other' };
  const other = await rig.server.client.workflow.start('trackImport', options);
  const { code, stdout, stderr } = await runCli(importFile(file, '--id', 'other'), rig.environment);
  await other.terminate();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('"other" is of type trackImport, not a pipeline');
});

test('--attach to an import that has ended prints the same report, and no progress', async () => {
  const file = await rig.file('ended.csv', csv(3));
  const flags = ['--team', 'ended', '--dedupe-by', 'primary_domain', '--id', 'ended'];
  const { stdout } = await runCli(importFile(file, ...flags), rig.environment);
  const again = await runCli(['import', '--attach', 'ended'], rig.environment);
  expect(again).toEqual({ code: 0, stdout, stderr: 'Workflow ended has ended\n' });
  expect(stdout).toContain('Every row:\n  prism-imports results ended\n');
  expect(stdout).not.toContain('Why rows failed');
});

test('after an import with failed rows, a line shows them with their reasons', async () => {
  const file = await rig.file('reasons.csv', csv(3, { 1: 'a row,with,too many cells' }));
  const run = importFile(file, '--team', 'reasons', '--dedupe-by', 'primary_domain', '--id', 'reasons');
  const { code, stdout } = await runCli(run, rig.environment);
  expect(code).toBe(4);
  expect(stdout).toContain('Why rows failed:\n  prism-imports results reasons --failed\n');
  expect((await runCli(['results', 'reasons', '--failed'], rig.environment)).stdout).toContain(
    'malformed_row',
  );
});

test('the line for every row stands alone, and holds any id', async () => {
  const file = await rig.file('hostile.csv', csv(1));
  const id = '-`touch touched`';
  const { code, stdout } = await runCli(importFile(file, '--dedupe-by', 'name', '--id', id), rig.environment);
  expect(code).toBe(0);
  const [, line = ''] = /^Every row:\n {2}(.*)$/m.exec(stdout) ?? [];
  expect(await typed('sh', [line])).toEqual([['prism-imports', 'results', '--', id]]);
  expect((await runCli(['results', '--', id], rig.environment)).stdout).toContain('created');
});

test('--attach to an import that failed ends as it did', async () => {
  const file = await rig.file('empty.csv', '');
  await runCli(importFile(file, '--id', 'failed'), rig.environment);
  const { code, stdout, stderr } = await runCli(['import', '--attach', 'failed'], rig.environment);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('(an empty file)');
});

test('--attach to nothing is an error in words', async () => {
  const { code, stderr } = await runCli(['import', '--attach', 'nowhere'], rig.environment);
  expect(code).toBe(1);
  expect(stderr).toContain('has no workflow "nowhere": check the id');
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test('columns that no mapping names are named once', async () => {
  const file = await rig.file('mapped.csv', 'Company,domain,more\nA,a.test,1\n');
  const flags = ['--team', 'mapped', '--dedupe-by', 'domain', '--map', 'Company=name'];
  const { code, stdout, stderr } = await runCli(importFile(file, ...flags), rig.environment);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^Warning: .*"domain", "more"$/m);
  expect(`${stdout}${stderr}`.match(/Warning:/g)).toHaveLength(1);
});
