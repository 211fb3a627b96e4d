import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ImportReport } from '../../src/domain/import-records';
import { startCliBench, type CliBench } from './bench';
import { runCli, startCli } from './run-cli';

let bench: CliBench;

beforeAll(async () => {
  bench = await startCliBench();
});
afterAll(() => bench?.close());

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
  expect(stderr).toContain('(a header and no rows), expected a file with at least one row');
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
  const [, workflowId = ''] = /`temporal workflow result --workflow-id (\S+)` waits/.exec(stderr) ?? [];
  release();
  const report = (await bench.server.client.workflow.getHandle(workflowId).result()) as ImportReport;
  expect(report.totals).toMatchObject({ rows: 3, created: 3 });
});
