import { CsvError, parse } from 'csv-parse/sync';
import type { Source } from '../domain/import-records';

/** Longest row in bytes; a longer one is malformed, most likely by a quote that is never closed. The API takes requests of about 10 MB. */
export const longestRowBytes = 16 * 1024 * 1024;

/** A row as found in some bytes: where it is (`end` exclusive, line end included), its cells (CSV; else none), and what is wrong with it or null. */
export interface SplitRow {
  start: number;
  end: number;
  cells: string[];
  malformed: string | null;
}

/** Rows found at the beginning of some bytes, and how many of the bytes they use up; what is left begins a row that goes on. */
export interface Split {
  rows: SplitRow[];
  used: number;
}

/** Finds the rows in bytes that start where a row may start. Empty lines are no rows. `last`: nothing follows these bytes, all of them are used up. */
export type SplitRows = (bytes: Buffer, last: boolean) => Split;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Rows of a CSV (RFC 4180; lines end with CRLF or LF). Where the quoting is broken, only the line on which that row starts is malformed, and the next
 * line starts a row: one bad row cannot swallow those after it.
 */
const splitCsv: SplitRows = (bytes, last) => {
  const limit = last ? bytes.length : bytes.lastIndexOf(lineFeed) + 1;
  const rows: SplitRow[] = [];
  let used = 0;
  while (used < limit) {
    const { records, broken } = parseRecords(bytes.subarray(used, limit));
    const base = used;
    let tooLong = false;
    for (const { cells, end } of records) {
      const start = skipEmptyLines(bytes, used, limit);
      tooLong = base + end - start > longestRowBytes;
      if (tooLong) break;
      rows.push({ start, end: base + end, cells, malformed: null });
      used = base + end;
    }
    if (!tooLong && broken === null) return { rows, used: limit };
    const start = skipEmptyLines(bytes, used, limit);
    const mayGoOn =
      !tooLong && broken === 'CSV_QUOTE_NOT_CLOSED' && !last && limit - start <= longestRowBytes;
    if (mayGoOn) return { rows, used: start };
    used = lineEnd(bytes, start, limit);
    const malformed = tooLong ? tooLongReason : brokenReason;
    rows.push({ start, end: used, cells: [], malformed });
  }
  return { rows, used };
};

/** Rows of NDJSON: one a line. */
const splitNdjson: SplitRows = (bytes, last) => {
  const limit = last ? bytes.length : bytes.lastIndexOf(lineFeed) + 1;
  const rows: SplitRow[] = [];
  let used = skipEmptyLines(bytes, 0, limit);
  while (used < limit) {
    const end = lineEnd(bytes, used, limit);
    rows.push({
      start: used,
      end,
      cells: [],
      malformed: end - used > longestRowBytes ? tooLongReason : null,
    });
    used = skipEmptyLines(bytes, end, limit);
  }
  return { rows, used: limit };
};

/** How to find the rows of each format. */
export const splitters: Record<Source['format'], SplitRows> = { csv: splitCsv, ndjson: splitNdjson };

/** How many line ends there are in some bytes. */
export function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) lines += 1;
  return lines;
}

/** The records up to the first broken one, each with the offset of its end, and the parser's code for what broke, or null. */
function parseRecords(bytes: Buffer): { records: { cells: string[]; end: number }[]; broken: string | null } {
  const records: { cells: string[]; end: number }[] = [];
  try {
    parse(bytes, {
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { bytes: end }) => {
        records.push({ cells, end });
        return null;
      },
    });
    return { records, broken: null };
  } catch (error) {
    if (error instanceof CsvError) return { records, broken: error.code };
    throw error;
  }
}

// One text for whatever is wrong: where a batch ends decides what the parser meets first. Its own messages quote the row.
const brokenReason =
  'its quoting is broken: cells with quotes must be enclosed in quotes and closed, and quotes in them doubled';
const tooLongReason = `longer than ${longestRowBytes} bytes`;

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
