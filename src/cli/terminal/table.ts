import { neutralLine } from '../../core/details/neutral';
import { displayWidth, truncate } from './terminal';

/** The cells of a row; numbers are right-aligned. */
export type Row = readonly (string | number)[];

/** How to fit a table. */
export interface TableOptions {
  /** Maximum width of a line, in columns; truncates cells of the widest columns. Default: no limit. */
  width?: number;
  /** Columns that are never truncated. */
  whole?: readonly number[];
  /** Styles a padded cell; the head is row -1. */
  paint?: (text: string, row: number, column: number) => string;
}

const gap = 2;
/** Columns do not get narrower than this. */
const minWidth = 4;

/** Renders a table with aligned columns and a rule below the head. */
export function renderTable(
  head: readonly string[],
  rows: readonly Row[],
  options: TableOptions = {},
): string {
  const { width = Infinity, whole = [], paint = (text) => text } = options;
  const lengths = (column: number) =>
    [head, ...rows].map((line) => displayWidth(singleLineCell(line[column] ?? '')));
  const natural = head.map((_, column) => Math.max(...lengths(column)));
  const widths = fitted(natural, width, whole);
  const format = (line: Row, row: number) => {
    const cells = line.map((cell, column) => paint(padded(cell, widths[column] ?? 0), row, column));
    return cells.join(' '.repeat(gap)).trimEnd();
  };
  const rule = widths.map((each) => '─'.repeat(each)).join(' '.repeat(gap));
  return [format(head, -1), rule, ...rows.map(format)].join('\n');
}

/** A cell in one line: control characters would command the terminal, and line breaks would break the table. */
const singleLineCell = (cell: string | number): string => neutralLine(String(cell));

function padded(cell: string | number, width: number): string {
  const text = truncate(singleLineCell(cell), width);
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return typeof cell === 'number' ? space + text : text + space;
}

/** Shrinks the widest columns until all columns fit. */
function fitted(natural: readonly number[], width: number, whole: readonly number[]): number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, each) => sum + each, gap * (widths.length - 1));
  const open = natural.flatMap((_, column) => (whole.includes(column) ? [] : [column]));
  while (total() > width) {
    const widest = Math.max(...open.map((column) => widths[column] ?? 0));
    if (widest <= minWidth) break;
    const column = open.findLast((each) => widths[each] === widest) ?? 0;
    widths[column] = widest - 1;
  }
  return widths;
}
