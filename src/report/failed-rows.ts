import { noDelimiter } from '../core/pipeline/source-formats';
import type { SourceForm } from '../ports/batch-reader';
import { headerCells, quotedCell } from './csv-bytes';
import type { ReportedRow } from './report-parts';
import { behindMarks, cutLineEnd, endAfter, separatorOf, type SourceText } from './source-text';

const quote = 0x22;

/** Gives the bytes of a line that is too long to be held. */
type ReadLine = (start: number) => AsyncIterable<Uint8Array>;

/**
 * The failed rows in the format of their source, under its header, so that importing them gives the same rows: as they
 * stand, but those whose quoting is broken. These are one cell each with their text in quotes, and as many empty cells
 * as there are columns: one too many, so that no reader takes several of them for a row.
 */
export async function* failedRows(
  { form, columns, end }: SourceText,
  rows: AsyncIterable<ReportedRow>,
  readLine: ReadLine,
): AsyncGenerator<Uint8Array> {
  const separator = separatorOf(form);
  const isCsv = columns.length > 0;
  if (isCsv) yield Buffer.concat([Buffer.from(headerCells(columns, separator)), end]);
  const surplus = Buffer.from(surplusCells(form, columns.length));
  for await (const { row } of rows) {
    if (row.raw === null) {
      yield* ended(readLine(row.start), end, form);
      continue;
    }
    const cut = cutLineEnd(row.raw, form.lineEnd);
    const isBroken = isCsv && row.countCells() === null;
    if (isBroken) yield Buffer.concat([quotedCell(behindMarks(cut.text)), surplus, end]);
    else if (needsQuotes(form, cut.text))
      yield Buffer.concat([quotedCell(behindMarks(cut.text)), cut.end.length === 0 ? end : cut.end]);
    else if (cut.end.length > 0) yield row.raw;
    else yield Buffer.concat([cut.text, endAfter(cut.text, end, form.lineEnd)]); // the last line may lack its end
  }
}

/** Where each line is one cell and a quote stands for itself, nothing but a NUL makes a row that cannot be read. */
function surplusCells({ delimiter, lenientQuotes }: SourceForm, columns: number): string {
  const isOneCell = delimiter === noDelimiter;
  return (isOneCell ? ',' : delimiter).repeat(columns) + (isOneCell && lenientQuotes ? '\0' : '');
}

/** Whether a line that is one cell has to be in quotes, since a delimiter is found where any cell is in quotes. */
const needsQuotes = ({ delimiter }: SourceForm, text: Buffer): boolean =>
  delimiter === noDelimiter && text.includes(',') && behindMarks(text)[0] !== quote;

/** A line that is too long to be held, as it stands. */
async function* ended(
  line: AsyncIterable<Uint8Array>,
  end: Buffer,
  { lineEnd }: SourceForm,
): AsyncGenerator<Uint8Array> {
  let last: Buffer = Buffer.alloc(0);
  for await (const piece of line) {
    yield piece;
    last = Buffer.concat([last, piece]).subarray(-3);
  }
  if (cutLineEnd(last, lineEnd).end.length === 0) yield endAfter(last, end, lineEnd);
}
