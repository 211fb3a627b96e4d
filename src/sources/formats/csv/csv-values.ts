import type { Source } from '../../../core/pipeline/source';
import type { RowLimits, SourceForm } from '../../../ports/batch-reader';
import type { JsonText } from '../../../ports/json-text';
import { addText } from '../../rows/column-mapping';
import type { RowValues } from '../../rows/decode-row';
import { excessOf } from '../../rows/row-limits';
import type { SplitRow } from '../../rows/split-rows';
import { csvColumns } from './csv-columns';
import { dialectOf, type Dialect } from './dialect';
import { behindQuotes, endOfPlain, startOfText } from './split-csv';

const quote = 0x22;

/** The first `most` cells of a split row. */
export function cellsOf(
  dialect: Dialect,
  { quoted }: Pick<SplitRow, 'quoted'>,
  raw: Buffer,
  most = Infinity,
): string[] {
  const row = textOf(dialect, raw);
  if (quoted) return quotedCells(dialect, row, most);
  const [text, delimiter] = [row.toString('utf8'), dialect.separator.toString('utf8')];
  return most === Infinity ? text.split(delimiter) : text.split(delimiter, most);
}

/** How many cells a row has. */
export function countCells(dialect: Dialect, { quoted }: Pick<SplitRow, 'quoted'>, raw: Buffer): number {
  const row = textOf(dialect, raw);
  let cells = 1;
  for (let at = 0; ; cells += 1) {
    const from = quoted && row[at] === quote ? behindQuotes(row, at, row.length) : at;
    const end = endOfPlain(dialect, row, from, row.length);
    if (end === row.length) return cells;
    at = end + dialect.separator.length;
  }
}

/** A row without its line end and without leading byte order marks. */
function textOf(dialect: Dialect, raw: Buffer): Buffer {
  return raw.subarray(startOfText(dialect, raw, 0), raw.length - dialect.ends.lengthAtEnd(raw));
}

/** The quotes were already found to be valid. */
function quotedCells(dialect: Dialect, row: Buffer, most: number): string[] {
  const cells: string[] = [];
  for (let at = 0; cells.length < most;) {
    const behind = row[at] === quote ? behindQuotes(row, at, row.length) : at;
    const end = endOfPlain(dialect, row, behind, row.length);
    // In the lenient dialect, a cell with text after its closing quote is literal.
    const isQuoted = behind > at && (end === behind || !dialect.lenient);
    const inQuotes = isQuoted ? withoutDoubled(row.subarray(at + 1, behind - 1)) : '';
    cells.push(inQuotes + row.toString('utf8', isQuoted ? behind : at, end));
    if (end === row.length) break;
    at = end + dialect.separator.length;
  }
  return cells;
}

/** The text inside quotes, with doubled quotes reduced to one. Text full of them takes no longer than other text. */
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

/** Creates a reader of cells by column. An empty cell leaves its property out. */
export function csvValues(source: Source, form: SourceForm, header: readonly string[], limits: RowLimits) {
  const dialect = dialectOf(form);
  const columns = csvColumns(source, form, header);
  return (row: SplitRow, raw: Buffer): RowValues => {
    const cells = cellsOf(dialect, row, raw, columns.length + 1);
    if (cells.length !== columns.length) {
      const count = countCells(dialect, row, raw);
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
