import { endOfLines, type LineEnds } from './line-ends';

/** Maximum row length in a new plan, in bytes. Work on one such row takes less than 50 ms, whatever it contains. */
export const maxRowBytes = 1024 * 1024;

/**
 * A row found in some bytes: its range (`end` exclusive, including the line end), and what is wrong with it or null.
 */
export interface SplitRow {
  start: number;
  end: number;
  /** Whether any of its cells is quoted. */
  quoted: boolean;
  malformed: string | null;
  /** Whether it is longer than a row may be. Its bytes are then not held, and it may continue beyond the given ones. */
  tooLong: boolean;
}

/** The rows found at the start of some bytes. */
export interface Split {
  rows: SplitRow[];
  /** How many of the bytes they use. The rest starts an incomplete row. */
  used: number;
  /** Whether the rest may contain more rows, since each call finds only a limited number. */
  more: boolean;
  /** Whether the last row is a line that continues beyond the bytes, all of which are used. */
  goesOn: boolean;
}

/**
 * Finds the first rows in bytes that begin at the start of a row. Empty lines are not rows. With `last`, nothing
 * follows these bytes, and all are used. `most` is the maximum row length.
 */
export type SplitRows = (bytes: Buffer, last: boolean, most: number) => Split;

/**
 * The end of a row, after its first line if its cells continue there; `broken` if that line is not a row, `open` if the
 * row continues beyond `limit`.
 */
export type FindRowEnd = (line: { start: number; end: number }, limit: number) => RowEnd | 'broken' | 'open';
type RowEnd = Pick<SplitRow, 'end' | 'quoted'>;

/** Number of rows per call, since others may need a turn. */
const rowsAtOnce = 1024;

/**
 * Splits lines into rows. If a row is broken, open at the end, or too long, only its first line is malformed, and the
 * next line starts a row, so that one bad row cannot swallow those after it. The reason depends on the row's first line
 * only, because the end of a batch determines how much of the rest there is.
 */
export function splitLines(
  bytes: Buffer,
  { last, most, ends }: { last: boolean; most: number; ends: LineEnds },
  findRowEnd: FindRowEnd,
  whyBroken: (line: Buffer) => string,
): Split {
  const limit = last ? bytes.length : endOfLines(ends, bytes);
  const rows: SplitRow[] = [];
  let start = skipEmptyLines(ends, bytes, 0, limit);
  while (start < limit) {
    if (rows.length === rowsAtOnce) return { rows, used: start, more: true, goesOn: false };
    const lineEnd = endOfLine(ends, bytes, start, limit);
    if (lineEnd - start > most) rows.push(rowTooLong(start, lineEnd, most));
    else {
      const found = findRowEnd({ start, end: lineEnd }, limit);
      if (found === 'open' && !last && bytes.length - start <= most)
        return { rows, used: start, more: false, goesOn: false };
      if (typeof found === 'string' || found.end - start > most) {
        const malformed = whyBroken(bytes.subarray(start, lineEnd));
        rows.push({ start, end: lineEnd, quoted: false, malformed, tooLong: false });
      } else rows.push({ start, ...found, malformed: null, tooLong: false });
    }
    start = skipEmptyLines(ends, bytes, rows.at(-1)?.end ?? limit, limit);
  }
  if (bytes.length - limit <= most) return { rows, used: limit, more: false, goesOn: false };
  rows.push(rowTooLong(limit, bytes.length, most));
  return { rows, used: bytes.length, more: false, goesOn: true };
}

function rowTooLong(start: number, end: number, most: number): SplitRow {
  return { start, end, quoted: false, malformed: `longer than ${most} bytes`, tooLong: true };
}

/** The end of the line that continues at `from`, at most `limit`. */
function endOfLine(ends: LineEnds, bytes: Buffer, from: number, limit: number): number {
  const at = bytes.indexOf(ends.terminator, from);
  return at === -1 || at >= limit ? limit : Math.min(limit, ends.after(bytes, at));
}

/** The start of the next non-empty line. */
function skipEmptyLines(ends: LineEnds, bytes: Buffer, from: number, limit: number): number {
  let at = from;
  while (at < limit) {
    const length = ends.lengthAt(bytes, at);
    if (length === 0 || at + length > limit) break;
    at += length;
  }
  return at;
}
