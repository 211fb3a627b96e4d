import { exitCodeOfReport } from '../../../src/cli/exit-code-of-end';
import { printReport } from '../../../src/cli/import/print-report';
import type { ReportedImport, ImportReport } from '../../../src/core/pipeline/report';

const totals = { rows: 10, created: 7, updated: 0, existing: 1, failed: 2, unknown: 0 };
const batch = (status: ReportedImport['status'], number = 1): ReportedImport => ({
  ...totals,
  batch: number,
  jobId: null,
  status,
  polls: 3,
  message: status === 'complete' ? null : 'the API said no',
});
const reportOf = (imports: ReportedImport[], more: Partial<ImportReport> = {}): ImportReport => ({
  totals,
  imports,
  importsOmitted: false,
  importsByStatus: Object.fromEntries(imports.map(({ status }) => [status, 1])),
  reportUri: 'file:///report.csv',
  reportNdjsonUri: 'file:///report.ndjson',
  summaryUri: 'file:///summary.json',
  resultsFileUri: 'file:///results.csv',
  failedRowsUri: 'file:///failed-rows.csv',
  brokenRowsUri: 'file:///broken-rows.ndjson',
  warnings: ['told already'],
  ...more,
});

function printed(report: ImportReport): string {
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    printReport(report);
  } finally {
    write.mockRestore();
  }
  return text;
}

test('a report of more imports than it lists shows the totals and where all of them are', () => {
  expect(
    printed(reportOf([], { importsOmitted: true, importsByStatus: { complete: 4000, expired: 1 } })),
  ).toBe(
    `Imports: 4,000 complete, 1 expired; too many to list; see file:///summary.json

10 rows = 7 created + 1 existing + 2 failed
Report: file:///report.csv
Your rows with their ids and outcomes: file:///results.csv
Failed rows, to correct and import again: file:///failed-rows.csv
Rows with broken quoting or invalid text: file:///broken-rows.ndjson
`,
  );
});

test('a report says of rows that were refused together what that means and what to do', () => {
  const refused = { totals: { ...totals, created: 2, failed: 7 }, refusedTogether: 6 };
  expect(printed(reportOf([batch('complete')], refused))).toMatch(
    /^Refused together: 6 of the 7 failed rows were .* the API may accept some .* smaller batches/m,
  );
  expect(printed(reportOf([batch('complete')]))).not.toContain('Refused together');
});

test('a report lists its imports with why some of them ended badly, and no control character', () => {
  const failed = { ...batch('failed', 2), message: 'no\u001b[2J' };
  const text = printed(reportOf([batch('complete'), failed], { failedRowsUri: null }));
  expect(text).toMatch(/^ +1 {2}– +complete +10 +7 +0 +1 +2 +0 +3$/m);
  expect(text).toMatch(/^Total .* 6$/m);
  expect(text).toMatch(/^Batch 2: no\ufffd\[2J$/m);
  expect(text).toContain('10 rows = 7 created + 1 existing + 2 failed in 2 imports');
  expect(text).not.toContain('Failed rows');
});

test.each([
  [['complete', 'failed', 'expired', 'timed_out'], 3],
  [['complete', 'expired', 'timed_out'], 5],
  [['complete', 'timed_out'], 6],
  [['complete'], 4],
  [['not_started', 'error'], 4],
  [[], 4],
] as const)('imports that ended as %j give exit code %i', (statuses, code) => {
  expect(exitCodeOfReport(reportOf(statuses.map((status) => batch(status))))).toBe(code);
});

test.each([
  [{ failed: 0, unknown: 0 }, 0],
  [{ failed: 0, unknown: 1 }, 4],
  [{ failed: 1, unknown: 0 }, 4],
])('rows that ended as %j give exit code %i', (counts, code) => {
  expect(exitCodeOfReport(reportOf([batch('complete')], { totals: { ...totals, ...counts } }))).toBe(code);
});

test('an import that failed and was made up for by another gives exit code 0', () => {
  const made = { totals: { ...totals, failed: 0, unknown: 0 } };
  expect(exitCodeOfReport(reportOf([batch('failed'), batch('complete')], made))).toBe(0);
});
