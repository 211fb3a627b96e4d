import { z } from 'zod';
import { rowOutcome, rowOutcomes, type RowOutcome, type RowResult } from '../core/api/import-job';
import type { JoinedResult } from './result-joiner';
import type { BatchImportEnd } from '../core/pipeline/batch-import-end';
import type { RefusedRow } from './refused-rows';

/** The outcome of one row of the input. Code and message are null if there is nothing to say. */
export interface SettledRow {
  outcome: RowOutcome;
  id: string | null;
  error_code: string | null;
  error_message: string | null;
}

/** One line of the report: a row of the input and its outcome. */
export const reportLineSchema = z.object({
  /** Number of the data row, from 1; null if the source has changed and it is unknown. */
  row: z.number().nullable(),
  /** First line of the row in the file, from 1; null if the source has changed. */
  line: z.number().nullable(),
  outcome: z.enum(rowOutcomes),
  id: z.string().nullable(),
  error_code: z.string().nullable(),
  error_message: z.string().nullable(),
  batch: z.number(),
  job_id: z.string().nullable(),
});
export type ReportLine = z.infer<typeof reportLineSchema>;

/** The columns of the report, in order. */
export const reportColumns = Object.keys(reportLineSchema.shape) as (keyof ReportLine)[];

/** A line of the report as CSV, with cells that spreadsheets take for text. */
export const csvReportLine = (line: ReportLine): string =>
  csvLine(reportColumns.map((column) => textCell(String(line[column] ?? ''))));

/** Text that spreadsheets take for a formula (OWASP, "CSV Injection"). */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** A cell that spreadsheets take for text: a single quote precedes anything that looks like a formula. */
export const textCell = (cell: string): string => (formula.test(cell) ? `'${cell}` : cell);

/** Cells as one line of CSV (RFC 4180) without its end. */
export function csvCells(cells: readonly string[], separator: string): string {
  const quoted = (cell: string) => cell.includes(separator) || /["\r\n]/.test(cell);
  return cells.map((cell) => (quoted(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(separator);
}

/** The same, separated by commas and with LF at the end. */
export const csvLine = (cells: readonly string[]): string => `${csvCells(cells, ',')}\n`;

/** The code of a row that was never sent because it could not be read. */
export const malformedRow = 'malformed_row';

/** The outcome of a row that was never sent because it could not be read. */
export function settleMalformed(reason: string): SettledRow {
  return { outcome: 'failed', id: null, error_code: malformedRow, error_message: reason };
}

/** The outcome of a row when it is no longer known whether it was sent. */
export function settleLost(): SettledRow {
  const error_message = 'it is unknown whether it was sent, since the source changed';
  return { outcome: 'unknown', id: null, error_code: 'source_changed', error_message };
}

/** The outcome of a row that was not sent, for this reason. */
export function settleUnsent(reason: string): SettledRow {
  return { outcome: 'failed', id: null, error_code: 'import_not_started', error_message: reason };
}

/** The outcome of a row that the API refused by name or alone. `refused` is null if the message is unknown. */
export function settleRefused(refused: RefusedRow | null): SettledRow {
  const error_message = refused?.message ?? 'the API refused this row';
  return { outcome: 'failed', id: null, error_code: refused?.code ?? 'import_refused', error_message };
}

/** The outcome of a row that was refused together with others, when it is unknown whether the refusal concerns it. */
export const settleTogether = (end: BatchImportEnd): SettledRow => ({
  outcome: end.withoutResult,
  id: null,
  error_code: 'refused_together',
  error_message: end.message,
});

/**
 * The outcome of a row that could be sent: from its result, else from what is known of its import. `joined` is null if
 * the import has no results.
 */
export function settleSent(joined: JoinedResult | null, end: BatchImportEnd): SettledRow {
  if (joined === null) {
    const error_message = end.message ?? 'the API gave no results';
    return { outcome: end.withoutResult, id: null, error_code: `import_${end.status}`, error_message };
  }
  if ('reason' in joined) {
    return { outcome: 'unknown', id: null, error_code: 'no_result', error_message: joined.reason };
  }
  return settleByResult(joined.result);
}

function settleByResult(result: RowResult): SettledRow {
  const outcome = rowOutcome(result);
  const id = result.id ?? null;
  if (outcome === 'unknown') {
    const error_message = 'the API returned no outcome for this row';
    return { outcome, id, error_code: 'no_outcome', error_message };
  }
  const error = typeof result.error === 'string' ? { message: result.error } : result.error;
  return { outcome, id, error_code: error?.code ?? null, error_message: error?.message ?? null };
}
