import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { parse } from 'csv-parse/sync';
import { expectEveryRowOnce, readBack } from '../support/accounting';
import { startDevServer } from '../support/temporal';
import { readReport, startPipelineRig, type PipelineRig } from '../support/pipeline-rig';
import { dedupe } from './support/launch-once-rig';

// Not under time skipping, whose clock may jump by years between two imports.
let env: TestWorkflowEnvironment;
let rig: PipelineRig;

beforeAll(async () => {
  env = await startDevServer();
  rig = await startPipelineRig(env, { emulator: { job: { duration: '300ms' } } });
});
afterAll(async () => {
  await rig?.close();
  await env?.teardown();
});

const quick = { polling: { initialInterval: '200ms', maximumInterval: '200ms' } } as const;

const [header = '', ...universities] = readFileSync(join(__dirname, '../../data/universities.csv'), 'utf8')
  .trimEnd()
  .split('\n');

/**
 * Ways to spoil a line: too many cells, too few, a quote that is never closed, quotes in a cell that has none around
 * it.
 */
const spoilt = [
  (line: string) => `${line},one more`,
  (line: string) => line.slice(0, line.lastIndexOf(',')),
  (line: string) => `"${line}`,
  (line: string) => `The "real" ${line}`,
];

/**
 * Every hundredth row is spoilt; those before every five-hundredth come again at the end, many batches later, with
 * another spelling.
 */
const isBad = (row: number) => row % 100 === 0;
const badLine = (row: number, line: string) => spoilt[(row / 100) % spoilt.length]?.(line) ?? line;
const lines = universities.map((line, index) => (isBad(index + 1) ? badLine(index + 1, line) : line));
const bad = lines.flatMap((line, index) => (isBad(index + 1) ? { row: index + 1, line } : []));
const again = universities.filter((_, index) => (index + 1) % 500 === 499).map((line) => line.toUpperCase());

/** A bad line as the file of failed rows has it: one whose quoting is broken is a cell, and one cell too many. */
const asFailed = ({ row, line }: { row: number; line: string }): string =>
  (row / 100) % spoilt.length < 2
    ? line
    : `"${line.replaceAll('"', '""')}"${','.repeat(header.split(',').length)}`;

/** Domains of lines that are well formed, as the API compares them. */
function domainsOf(wellFormed: readonly string[]): string[] {
  const rows: string[][] = parse(wellFormed.join('\n'));
  return rows.map(([, domain = '']) => domain.toLowerCase());
}
const byText = (one: string, other: string) => (one < other ? -1 : 1);

test('the universities with bad rows and duplicates, compressed: the failed rows, corrected and imported again, make the set complete', async () => {
  const { start, emulator, files } = rig;
  const text = [header, ...lines, ...again, ''].join('\n');
  const rows = lines.length + again.length;
  const sent = domainsOf([...universities.filter((_, index) => !isBad(index + 1)), ...again]);
  const created = new Set(sent).size;
  expect(bad).toHaveLength(102);
  expect(again).toHaveLength(20);

  const uri = files.write('universities.csv.gz', gzipSync(text));
  const report = await (await start({ uri }, { ...dedupe, ...quick })).result();
  expect(report.totals).toEqual({
    rows,
    created,
    updated: 0,
    existing: sent.length - created,
    failed: bad.length,
    unknown: 0,
  });
  expect(report.totals.existing).toBe(again.length + 2); // two universities share their domain with another
  const reported = expectEveryRowOnce(report, rows);
  expect(reported.filter(({ row, line }) => line !== (row ?? 0) + 1)).toEqual([]);
  const failed = reported.filter(({ outcome }) => outcome === 'failed');
  expect(failed.map(({ row }) => row)).toEqual(bad.map(({ row }) => row));
  expect(new Set(failed.map(({ error_code }) => error_code))).toEqual(new Set(['malformed_row']));
  expect(readReport(report.reportUri)).toHaveLength(rows);

  const failedRows = readFileSync(fileURLToPath(report.failedRowsUri ?? ''), 'utf8');
  expect(failedRows).toBe([header, ...bad.map(asFailed), ''].join('\n'));
  const corrected = bad.reduce((file, spoiltRow) => {
    return file.replace(`\n${asFailed(spoiltRow)}\n`, () => `\n${universities[spoiltRow.row - 1]}\n`);
  }, failedRows);
  const second = await (await start(corrected, { ...dedupe, ...quick })).result();
  expect(second.totals).toMatchObject({ rows: bad.length, failed: 0, unknown: 0 });
  expect(second.failedRowsUri).toBeNull();
  expectEveryRowOnce(second, bad.length);

  const organizations = await readBack(emulator);
  const all = [...new Set(domainsOf(universities))].sort(byText);
  expect(all).toHaveLength(10_249);
  expect(organizations.map(({ domain }) => domain.toLowerCase()).sort(byText)).toEqual(all);
  const ids = new Set(organizations.map(({ id }) => id));
  expect(ids.size).toBe(organizations.length);
  expect(reported.filter(({ outcome, id }) => outcome !== 'failed' && !ids.has(id ?? ''))).toEqual([]);
  expect(created + second.totals.created).toBe(ids.size);
});
