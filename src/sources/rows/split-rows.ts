import type { Source } from '../../core/pipeline/source';
import { parseRecords } from './parse-csv';

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
  /** The cells of a CSV row; null when it holds no quote, so that its delimiters say what they are, and for NDJSON. */
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

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;

/** How to find the rows of a source. */
export const rowsOf = ({ format, delimiter = ',' }: Pick<Source, 'format' | 'delimiter'>): SplitRows =>
  format === 'ndjson' ? splitNdjson : (bytes, last) => splitCsv(delimiter, bytes, last);

/** Rows of NDJSON: one a line. */
const splitNdjson: SplitRows = (bytes, last) => {
  const limit = last ? bytes.length : bytes.lastIndexOf(lineFeed) + 1;
  const rows: SplitRow[] = [];
  takeLines(bytes, { from: 0, to: limit, limit }, rows);
  return { rows, used: limit };
};

/**
 * Rows of a CSV (RFC 4180; lines end with CRLF or LF). Where the quoting is broken, only the line on which that row
 * starts is malformed, and the next line starts a row: one bad row cannot swallow those after it. Only what holds
 * quotes goes through the parser; other lines are rows as they stand.
 */
function splitCsv(delimiter: string, bytes: Buffer, last: boolean): Split {
  const limit = last ? bytes.length : bytes.lastIndexOf(lineFeed) + 1;
  const rows: SplitRow[] = [];
  let used = 0;
  while (used < limit) {
    const found = bytes.indexOf(quote, used);
    const quoteAt = found === -1 || found > limit ? limit : found;
    used = takeLines(bytes, { from: used, to: quoteAt, limit }, rows);
    if (used === limit) break;
    const taken = takeRecords(delimiter, bytes, { from: used, limit, last }, rows);
    used = taken.used;
    if (taken.goesOn) return { rows, used };
  }
  return { rows, used };
}

/**
 * Adds the rows that lie wholly between `from` and `to`, a row a line; gives where the next one starts. Only at `limit`
 * may the line end be missing.
 */
function takeLines(
  bytes: Buffer,
  { from, to, limit }: { from: number; to: number; limit: number },
  rows: SplitRow[],
): number {
  let start = skipEmptyLines(bytes, from, limit);
  while (start < limit) {
    const end = lineEnd(bytes, start, limit);
    if (end > to) return start;
    const malformed = end - start > maxRowBytes ? tooLongReason : null;
    rows.push({ start, end, cells: null, malformed });
    start = skipEmptyLines(bytes, end, limit);
  }
  return limit;
}

/**
 * Adds the rows from one with a quote on, by the parser; gives where the next one starts, and whether that goes on
 * beyond these bytes.
 */
function takeRecords(
  delimiter: string,
  bytes: Buffer,
  { from, limit, last }: { from: number; limit: number; last: boolean },
  rows: SplitRow[],
): { used: number; goesOn: boolean } {
  const { records, broken } = parseRecords(delimiter, bytes.subarray(from, limit));
  let used = from;
  let tooLong = false;
  for (const { cells, end } of records) {
    const start = skipEmptyLines(bytes, used, limit);
    tooLong = from + end - start > maxRowBytes;
    if (tooLong) break;
    rows.push({ start, end: from + end, cells, malformed: null });
    used = from + end;
  }
  if (!tooLong && broken === null) return { used, goesOn: false };
  const start = skipEmptyLines(bytes, used, limit);
  const mayGoOn = !tooLong && broken === 'CSV_QUOTE_NOT_CLOSED' && !last && limit - start <= maxRowBytes;
  if (mayGoOn) return { used: start, goesOn: true };
  used = lineEnd(bytes, start, limit);
  rows.push({ start, end: used, cells: null, malformed: tooLong ? tooLongReason : brokenReason });
  return { used, goesOn: false };
}

/** How many line ends there are in some bytes. */
export function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) lines += 1;
  return lines;
}

// One text for whatever is wrong: where a batch ends decides what the parser meets first. Its own messages quote the
// row.
const brokenReason =
  'its quoting is broken: cells with quotes must be enclosed in quotes and closed, and quotes in them doubled';
const tooLongReason = `longer than ${maxRowBytes} bytes`;

function lineEnd(bytes: Buffer, from: number, limit: number): number {
  const at = bytes.indexOf(lineFeed, from);
  return at === -1 || at >= limit ? limit : at + 1;
}

function skipEmptyLines(bytes: Buffer, from: number, limit: number): number {
  let at = from;
  while (at < limit) {
    if (bytes[at] === lineFeed) at += 1;
    else if (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed && at + 1 < limit) at += 2;
    else break;
  }
  return at;
}
