import type { Source } from '../../../core/pipeline/source';
import type { RowLimits, SourceForm } from '../../../ports/batch-reader';
import type { JsonText } from '../../../ports/json-text';
import { addText } from '../../rows/column-mapping';
import type { RowValues } from '../../rows/decode-row';
import { excessOf } from '../../rows/row-limits';
import { lineFeed, type SplitRow } from '../../rows/split-rows';
import { csvColumns } from './csv-columns';
import { behindQuotes, endOfPlain } from './split-csv';

const quote = 0x22;
const carriageReturn = 0x0d;

/** The cells of a row that was found by splitting, the first `most` of them. */
export function cellsOf(
  { quoted }: Pick<SplitRow, 'quoted'>,
  raw: Buffer,
  delimiter = ',',
  most = Infinity,
): string[] {
  const end = raw.length - lineEndBytes(raw);
  if (quoted) return quotedCells(raw.subarray(0, end), Buffer.from(delimiter), most);
  const text = raw.toString('utf8', 0, end);
  return most === Infinity ? text.split(delimiter) : text.split(delimiter, most);
}

/** How many cells a row has. */
export function countCells({ quoted }: Pick<SplitRow, 'quoted'>, raw: Buffer, delimiter = ','): number {
  const separator = Buffer.from(delimiter);
  let cells = 1;
  let at = 0;
  const next = () => separatorBehindCell(raw, separator, at, quoted);
  for (let found = next(); found !== -1; found = next()) {
    cells += 1;
    at = found + separator.length;
  }
  return cells;
}

/** The quotes have been found to be in order. */
function quotedCells(row: Buffer, separator: Buffer, most: number): string[] {
  const cells: string[] = [];
  for (let at = 0; cells.length < most;) {
    let text = '';
    if (row[at] === quote) {
      const behind = behindQuotes(row, at, row.length);
      text = withoutDoubled(row.subarray(at + 1, behind - 1));
      at = behind;
    }
    const end = endOfPlain(row, separator, at, row.length);
    cells.push(text + row.toString('utf8', at, end));
    if (end === row.length) break;
    at = end + separator.length;
  }
  return cells;
}

/** What stands in quotes, without the second of two quotes; a text full of them takes no longer than another. */
function withoutDoubled(bytes: Buffer): string {
  if (!bytes.includes(quote)) return bytes.toString('utf8');
  const single = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    single[length] = byte;
    length += 1;
    if (byte === quote) at += 1;
  }
  return single.toString('utf8', 0, length);
}

function separatorBehindCell(row: Buffer, separator: Buffer, at: number, quoted: boolean): number {
  const from = quoted && row[at] === quote ? behindQuotes(row, at, row.length) : at;
  const end = endOfPlain(row, separator, from, row.length);
  return end === row.length || row[end] === lineFeed ? -1 : end;
}

function lineEndBytes(raw: Buffer): number {
  if (raw.at(-1) !== lineFeed) return 0;
  return raw.at(-2) === carriageReturn ? 2 : 1;
}

/** Reads cells by the columns; an empty cell leaves its property out. */
export function csvValues(source: Source, form: SourceForm, header: readonly string[], limits: RowLimits) {
  const { delimiter } = form;
  const columns = csvColumns(source, form, header);
  return (row: SplitRow, raw: Buffer): RowValues => {
    const cells = cellsOf(row, raw, delimiter, columns.length + 1);
    if (cells.length !== columns.length) {
      const count = countCells(row, raw, delimiter);
      return `has ${count} ${count === 1 ? 'cell' : 'cells'}, expected ${columns.length} as in the header`;
    }
    const values: [string, JsonText][] = [];
    for (const [index, cell] of cells.entries()) {
      const column = columns[index];
      if (cell === '' || column === undefined || column.target === null) continue;
      const { name, position, target } = column;
      const shown = name === '' ? `#${position}` : name;
      const problem = excessOf(target, shown, cell, limits) ?? addText(values, target, shown, cell, limits);
      if (problem !== null) return problem;
    }
    return values;
  };
}
