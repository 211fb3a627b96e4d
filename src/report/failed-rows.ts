import { noDelimiter } from '../core/pipeline/source-formats';
import type { SourceForm } from '../ports/batch-reader';
import { headerCells, quotedCell } from './csv-bytes';
import type { ReportedRow } from './report-parts';
import { behindMarks, cutLineEnd, endAfter, type SourceText } from './source-text';

const emptyObject = Buffer.from('{}');
/** The start of a JSON list or of a markup page. */
const beginsOtherwise = /^[\s\ufeff]*[[<]/;
/** Possible delimiters. */
const mayDivide = /[,;\t|]/;

/** Reads the bytes of a line that is too long to hold. */
type ReadLine = (start: number) => AsyncIterable<Uint8Array>;

/**
 * The failed rows in the format of their source, under its header, so that importing them gives the same rows. They are
 * copied verbatim, except those with broken quoting. These become one quoted cell with their text, followed by as many
 * empty cells as there are columns: one too many, so that no reader takes several of them for one row.
 */
export async function* failedRows(
  source: SourceText,
  rows: AsyncIterable<ReportedRow>,
  readLine: ReadLine,
): AsyncGenerator<Uint8Array> {
  const { form, columns, end } = source;
  const isCsv = columns.length > 0;
  if (source.hint !== '') yield Buffer.concat([Buffer.from(source.hint), end]);
  if (isCsv) yield Buffer.concat([Buffer.from(headerCells(columns, source.separator)), end]);
  const surplus = Buffer.from(surplusCells(source));
  let isFirst = true;
  for await (const { row } of rows) {
    // If the first row is a list, the file looks like another format. An empty object, which is skipped, prevents that.
    const isMisleading = isFirst && form.format === 'ndjson' && beginsOtherwise.test(beginningOf(row.raw));
    if (isMisleading) yield Buffer.concat([emptyObject, end]);
    isFirst = false;
    if (row.raw === null) {
      yield* ended(readLine(row.start), end, form);
      continue;
    }
    const cut = cutLineEnd(row.raw, form.lineEnd);
    const text = behindMarks(cut.text);
    const cells = isCsv ? row.countCells() : 1;
    // An LF after the CR that ends a line would make another kind of line end.
    const ownEnd = cut.end.length === 0 || form.lineEnd === 'cr' ? end : cut.end;
    if (cells === null || (source.isRewritten && cells > 1))
      yield Buffer.concat([quotedCell(text), surplus, end]);
    else if (source.isRewritten && mayDivide.test(text.toString('latin1')))
      yield Buffer.concat([quotedCell(cellOf(text)), ownEnd]);
    else if (cut.end.length > 0) yield Buffer.concat([cut.text, ownEnd]);
    else yield Buffer.concat([cut.text, endAfter(cut.text, end, form.lineEnd)]); // the last line may have no end
  }
}

const beginningOf = (raw: Uint8Array | null): string =>
  Buffer.from(raw?.subarray(0, 64) ?? []).toString('utf8');

/** If each line is one cell and quotes are literal, only a NUL makes a row unreadable. */
function surplusCells({ form, columns, separator }: SourceText): string {
  const isOneCell = form.delimiter === noDelimiter;
  return separator.repeat(columns.length) + (isOneCell && form.lenientQuotes ? '\0' : '');
}

/** The only cell of a row. If text follows its closing quote, it is literal. */
function cellOf(text: Buffer): Buffer {
  const [, quoted] = /^"((?:""|[^"])*)"$/.exec(text.toString('latin1')) ?? [];
  return quoted === undefined ? text : Buffer.from(quoted.replaceAll('""', '"'), 'latin1');
}

/** A line that is too long to hold, verbatim. */
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
