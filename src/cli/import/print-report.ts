import type { EarlyReport, ImportReport } from '../../core/pipeline/report';
import { count, counted } from '../../core/details/markdown';
import { refusedTogetherText } from '../../core/details/report-facts';
import { print, printLine } from '../terminal/output';
import { renderTable } from '../terminal/table';

const head = [
  'Batch',
  'Job',
  'Status',
  'Rows',
  'Created',
  'Updated',
  'Existing',
  'Failed',
  'Unknown',
  'Polls',
];

/**
 * Prints the result of a pipeline: a line per import unless there are too many, the totals, and where the report is.
 * Its warnings were printed before.
 */
export function printReport(report: ImportReport): void {
  const { totals, imports, importsOmitted } = report;
  const counts = (row: typeof totals) => [
    row.rows,
    row.created,
    row.updated,
    row.existing,
    row.failed,
    row.unknown,
  ];
  const polls = imports.reduce((sum, each) => sum + each.polls, 0);
  const rows = imports.map((each) => [
    each.batch,
    each.jobId ?? '–',
    each.status,
    ...counts(each),
    each.polls,
  ]);
  if (importsOmitted)
    printLine(`${describeStatuses(report.importsByStatus)}; too many to list; see ${report.summaryUri}`);
  else print(renderTable(head, [...rows, ['Total', '', '', ...counts(totals), polls]]));
  for (const { batch, message } of imports) if (message !== null) printLine(`Batch ${batch}: ${message}`);
  print('');
  print(describeTotals(totals, importsOmitted ? null : imports.length));
  const together = refusedTogetherText(report);
  if (together !== null) printLine(`Refused together: ${together}`);
  for (const finding of report.findings ?? []) printLine(`Found: ${finding}`);
  printLine(`Report: ${report.reportUri}`);
  if (report.resultsFileUri !== undefined)
    printLine(`Your rows with their ids and outcomes: ${report.resultsFileUri}`);
  if (report.failedRowsUri !== null)
    printLine(`Failed rows, to correct and import again: ${report.failedRowsUri}`);
  if (report.brokenRowsUri) printLine(`Rows with broken quoting or invalid text: ${report.brokenRowsUri}`);
}

/** Prints what a failed pipeline had imported. */
export function printEarlyReport({ totals, reportUri }: EarlyReport): void {
  print(describeTotals(totals, null));
  printLine(`Report: ${reportUri}`);
  print(
    'There is no file of failed rows or of rows with their ids, because the source can no longer be read.',
  );
}

/** The number of imports per status, in one line. */
function describeStatuses(importsByStatus: ImportReport['importsByStatus']): string {
  const ends = Object.entries(importsByStatus).map(([status, imports]) => `${count(imports)} ${status}`);
  return `Imports: ${ends.join(', ')}`;
}

/** The totals in one line, without outcomes that did not occur. */
export function describeTotals(totals: ImportReport['totals'], imports: number | null): string {
  const { rows, ...outcomes } = totals;
  const parts = Object.entries(outcomes).flatMap(([name, some]) =>
    some > 0 ? [`${count(some)} ${name}`] : [],
  );
  const among = imports === null ? '' : ` in ${counted(imports, 'import')}`;
  return `${count(rows)} rows = ${parts.join(' + ') || 'nothing'}${among}`;
}
