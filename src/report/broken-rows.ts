import { isUtf8 } from 'node:buffer';
import type { ReportedRow } from './report-parts';
import { cutLineEnd, type SourceText } from './source-text';

/** What must be known about the failed rows before they are written. */
export interface FailedRowsFacts {
  /** Batches with rows for the file of broken rows. */
  broken: Set<number>;
  /** Whether any of them is not valid text in its encoding, so that the file needs a byte order mark. */
  isUnclear: boolean;
}

/** Adds the facts of a failed row. */
export function noteFailedRow(facts: FailedRowsFacts, { columns }: SourceText, each: ReportedRow): void {
  const { row, batch } = each;
  if (row.raw === null || !isUtf8(row.raw) || row.raw.includes(0)) facts.isUnclear = true;
  if (isBroken(columns, each)) facts.broken.add(batch);
}

/** Whether a reader of the failed rows cannot separate this row from its neighbours or from other text. */
function isBroken(columns: readonly string[], { row }: ReportedRow): boolean {
  if (row.raw === null) return false;
  return !isUtf8(row.raw) || (columns.length > 0 && row.countCells() === null);
}

/**
 * Writes a line of JSON for each row that has broken quoting or is not text: `{row, line, reason}`, with its `text`, or
 * its `bytes` (base64) if they are not text. Lines that are too long are not included; the failed rows contain them
 * verbatim.
 */
export async function* brokenRows(
  { form, columns }: SourceText,
  rows: AsyncIterable<ReportedRow>,
): AsyncGenerator<string> {
  for await (const each of rows) {
    const { row, line } = each;
    if (row.raw === null || !isBroken(columns, each)) continue;
    const { text } = cutLineEnd(row.raw, form.lineEnd);
    const content = isUtf8(text) ? { text: text.toString('utf8') } : { bytes: text.toString('base64') };
    yield `${JSON.stringify({ row: line.row, line: line.line, reason: line.error_message, ...content })}\n`;
  }
}
