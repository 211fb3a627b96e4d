/**
 * Longest row in bytes; a longer one is malformed, most likely by a quote that is never closed. The API takes requests
 * of about 10 MB.
 */
export const maxRowBytes = 16 * 1024 * 1024;

/**
 * A row as found in some bytes: where it is (`end` exclusive, line end included), its cells, and what is wrong with it
 * or null.
 */
export interface SplitRow {
  start: number;
  end: number;
  /** The cells of a CSV row; null when the format finds none, or its bytes say what they are. */
  cells: string[] | null;
  malformed: string | null;
}

/**
 * Rows found at the beginning of some bytes, and how many of the bytes they use up; what is left begins a row that goes
 * on.
 */
export interface Split {
  rows: SplitRow[];
  used: number;
}

/**
 * Finds the rows in bytes that start where a row may start. Empty lines are no rows. `last`: nothing follows these
 * bytes, all of them are used up.
 */
export type SplitRows = (bytes: Buffer, last: boolean) => Split;

/** The byte that ends a line. */
export const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Adds the rows that lie wholly between `from` and `to`, a row a line; gives where the next one starts. Only at `limit`
 * may the line end be missing.
 */
export function takeLines(
  bytes: Buffer,
  { from, to, limit }: { from: number; to: number; limit: number },
  rows: SplitRow[],
): number {
  let start = skipEmptyLines(bytes, from, limit);
  while (start < limit) {
    const end = lineTerminator(bytes, start, limit);
    if (end > to) return start;
    const malformed = end - start > maxRowBytes ? tooLongReason : null;
    rows.push({ start, end, cells: null, malformed });
    start = skipEmptyLines(bytes, end, limit);
  }
  return limit;
}

/** How many line ends there are in some bytes. */
export function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) lines += 1;
  return lines;
}

/** What is wrong with a row of more than {@link maxRowBytes}. */
export const tooLongReason = `longer than ${maxRowBytes} bytes`;

/** Where the line ends that goes on at `from`, at `limit` at the latest. */
export function lineTerminator(bytes: Buffer, from: number, limit: number): number {
  const at = bytes.indexOf(lineFeed, from);
  return at === -1 || at >= limit ? limit : at + 1;
}

/** Where the next line starts that is not empty. */
export function skipEmptyLines(bytes: Buffer, from: number, limit: number): number {
  let at = from;
  while (at < limit) {
    if (bytes[at] === lineFeed) at += 1;
    else if (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed && at + 1 < limit) at += 2;
    else break;
  }
  return at;
}
