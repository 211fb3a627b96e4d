import {
  lineTerminator,
  lineFeed,
  maxRowBytes,
  skipEmptyLines,
  takeLines,
  tooLongReason,
  type Split,
  type SplitRow,
} from '../../rows/split-rows';
import { parseRecords } from './parse-records';

const quote = 0x22;

// One text for whatever is wrong: where a batch ends decides what the parser meets first. Its own messages quote the
// row.
const brokenReason =
  'its quoting is broken: cells with quotes must be enclosed in quotes and closed, and quotes in them doubled';

/**
 * Rows of a CSV (RFC 4180; lines end with CRLF or LF). Where the quoting is broken, only the line on which that row
 * starts is malformed, and the next line starts a row: one bad row cannot swallow those after it. Only what holds
 * quotes goes through the parser; other lines are rows as they stand.
 */
export function splitCsv(delimiter: string, bytes: Buffer, last: boolean): Split {
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
  used = lineTerminator(bytes, start, limit);
  rows.push({ start, end: used, cells: null, malformed: tooLong ? tooLongReason : brokenReason });
  return { used, goesOn: false };
}
