import { isUtf8 } from 'node:buffer';
import type { ReportedRow } from './report-parts';
import { cutLineEnd, type SourceText } from './source-text';

/** What is to be known of the failed rows before they are written. */
export interface FailedRowsFacts {
  /** Batches with rows that are shown in the file of broken rows. */
  broken: Set<number>;
  /** Whether any of them is not the text that it says it is, so that their file needs a mark. */
  isUnclear: boolean;
}

/** Takes in a failed row. */
export function noteFailedRow(facts: FailedRowsFacts, { columns }: SourceText, each: ReportedRow): void {
  const { row, batch } = each;
  if (row.raw === null || !isUtf8(row.raw) || row.raw.includes(0)) facts.isUnclear = true;
  if (isBroken(columns, each)) facts.broken.add(batch);
}

/** Whether a failed row cannot be told from its neighbours, or from other text, by whoever reads the failed rows. */
function isBroken(columns: readonly string[], { row }: ReportedRow): boolean {
  if (row.raw === null) return false;
  return !isUtf8(row.raw) || (columns.length > 0 && row.countCells() === null);
}

/**
 * A line of JSON for each row whose quoting is broken, or which is no text: `{row, line, reason}` with its `text`, or
 * with its `bytes` (base64) where they are no text. A line that is too long is not among them: it is in the failed rows
 * as it stands.
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
