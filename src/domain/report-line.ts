import { rowOutcome, type RowOutcome, type RowResult } from './import-job';
import type { JoinedResult } from './join-results';
import type { BatchRow } from './start-import';
import type { BatchEnd } from './write-report';

/** How one row of the input ended; the texts are empty when there is nothing to say. */
export interface RowEnd {
  outcome: RowOutcome;
  id: string;
  errorCode: string;
  errorMessage: string;
}

/** The header line of the report. */
export const reportHeader = csvLine([
  'row',
  'line',
  'outcome',
  'id',
  'error_code',
  'error_message',
  'batch',
  'job_id',
]);

/** The report's line for one row. */
export function reportLine(row: BatchRow, rowEnd: RowEnd, { batch, jobId }: BatchEnd): string {
  const { outcome, id, errorCode, errorMessage } = rowEnd;
  return csvLine([
    `${row.rowNumber}`,
    `${row.line}`,
    outcome,
    id,
    errorCode,
    errorMessage,
    `${batch}`,
    jobId ?? '',
  ]);
}

/** Cells as one line of CSV (RFC 4180) that ends with LF. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`;
}

/** How a row ended that was never sent, since it could not be read. */
export function malformedEnd(reason: string): RowEnd {
  return { outcome: 'failed', id: '', errorCode: 'malformed_row', errorMessage: reason };
}

/** How a row that could be sent ended: by its result, else by what is known of its batch. `joined` is null when the batch has no results. */
export function sentEnd(joined: JoinedResult | null, end: BatchEnd): RowEnd {
  if (joined === null) {
    const errorMessage = end.message ?? 'the API gave no results';
    return { outcome: end.withoutResult, id: '', errorCode: `import_${end.status}`, errorMessage };
  }
  if ('reason' in joined)
    return { outcome: 'unknown', id: '', errorCode: 'no_result', errorMessage: joined.reason };
  return resultEnd(joined.result);
}

function resultEnd(result: RowResult): RowEnd {
  const outcome = rowOutcome(result);
  const id = result.id ?? '';
  if (outcome === 'unknown') {
    return {
      outcome,
      id,
      errorCode: 'no_outcome',
      errorMessage: 'the API did not say what became of this row',
    };
  }
  const error = typeof result.error === 'string' ? { message: result.error } : result.error;
  return { outcome, id, errorCode: error?.code ?? '', errorMessage: error?.message ?? '' };
}
