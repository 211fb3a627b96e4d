import { endOfLines, type LineEnds } from './line-ends';

/** Longest row of a new plan in bytes: what is done with one row at a time takes less than 50 ms, whatever is in it. */
export const maxRowBytes = 1024 * 1024;

/** A row as found in some bytes: where it is (`end` exclusive, with its line end), what is wrong with it or null. */
export interface SplitRow {
  start: number;
  end: number;
  /** Whether cells of it are in quotes. */
  quoted: boolean;
  malformed: string | null;
  /** Whether it is longer than a row may be: then nobody holds its bytes, and it may go on beyond the ones given. */
  tooLong: boolean;
}

/** What was found at the beginning of some bytes. */
export interface Split {
  rows: SplitRow[];
  /** How many of the bytes they use up; what is left begins a row that goes on. */
  used: number;
  /** Whether there may be more rows in what is left, since only so many are found at once. */
  more: boolean;
  /** Whether the last row is a line that goes on beyond the bytes, all of which are used up. */
  goesOn: boolean;
}

/**
 * Finds the first rows in bytes that start where a row may start. Empty lines are no rows. `last`: nothing follows
 * these bytes, all of them are used up; `most` is the length of the longest row.
 */
export type SplitRows = (bytes: Buffer, last: boolean, most: number) => Split;

/**
 * Where a row ends, beyond its first line if its cells go on there; `broken` when that line is no row, `open` when it
 * goes on beyond `limit`.
 */
export type FindRowEnd = (line: { start: number; end: number }, limit: number) => RowEnd | 'broken' | 'open';
type RowEnd = Pick<SplitRow, 'end' | 'quoted'>;

/** Rows found at once: others may want a turn. */
const rowsAtOnce = 1024;

/**
 * Finds rows of lines. Where a row is broken, open at the end of all, or too long, only its first line is malformed,
 * and the next line starts a row: one bad row cannot swallow those after it. What is wrong with a broken row is said of
 * its first line alone: where a batch ends decides how much of the rest is there.
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

/** Where the line ends that goes on at `from`, at `limit` at the latest. */
function endOfLine(ends: LineEnds, bytes: Buffer, from: number, limit: number): number {
  const at = bytes.indexOf(ends.terminator, from);
  return at === -1 || at >= limit ? limit : Math.min(limit, ends.after(bytes, at));
}

/** Where the next line starts that is not empty. */
function skipEmptyLines(ends: LineEnds, bytes: Buffer, from: number, limit: number): number {
  let at = from;
  while (at < limit) {
    const length = ends.lengthAt(bytes, at);
    if (length === 0 || at + length > limit) break;
    at += length;
  }
  return at;
}
