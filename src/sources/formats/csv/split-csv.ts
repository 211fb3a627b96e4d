import { behindMarks } from '../../rows/row-mark';
import { maxRowBytes, splitLines, type FindRowEnd, type Split } from '../../rows/split-rows';
import type { Dialect } from './dialect';

const quote = 0x22;

/**
 * Splits a CSV (RFC 4180) into rows. Only lines with quotes are read cell by cell, and no line is read more than twice.
 * A row with broken quotes ends where they break, or at the next line with an odd number of quotes.
 */
export function splitCsv(dialect: Dialect, bytes: Buffer, last: boolean, most = maxRowBytes): Split {
  let quoteAt = -1;
  const findRowEnd: FindRowEnd = ({ start, end }, limit) => {
    if (quoteAt < start) {
      const found = bytes.indexOf(quote, start);
      quoteAt = found === -1 ? bytes.length : found;
    }
    if (quoteAt >= end) return { end, quoted: false };
    const rowEnd = endOfQuoted(dialect, bytes, start, limit);
    return typeof rowEnd === 'string' ? rowEnd : { end: rowEnd, quoted: true };
  };
  const whyBroken = (line: Buffer) => brokenReason(dialect, line);
  return splitLines(bytes, { last, most, ends: dialect.ends }, findRowEnd, whyBroken);
}

/** The end of a quoted row that starts at `start`. */
function endOfQuoted(
  dialect: Dialect,
  bytes: Buffer,
  start: number,
  limit: number,
): number | 'broken' | 'open' {
  const { separator, ends } = dialect;
  let at = startOfText(dialect, bytes, start);
  while (at < limit) {
    if (bytes[at] === quote) {
      const behind = behindQuotes(bytes, at, limit);
      if (behind === -1) return 'open';
      if (!mayFollow(dialect, bytes, behind, limit) && !isLenient(dialect, bytes.subarray(at, behind)))
        return 'broken';
      at = behind;
    }
    at = endOfPlain(dialect, bytes, at, limit);
    if (at === limit) return limit;
    if (bytes[at] === quote) return 'broken';
    if (bytes[at] === ends.terminator) return Math.min(limit, ends.after(bytes, at));
    at += separator.length;
  }
  return limit;
}

/**
 * Whether text may follow a quoted cell. Never after a cell of several lines: its closing quote was probably meant to
 * open another cell, and the rows in between would be lost.
 */
function isLenient({ lenient, ends }: Dialect, cell: Buffer): boolean {
  return lenient && !cell.includes(ends.terminator);
}

/** Names the cell that breaks a row's quoting, by its first line. */
function brokenReason(dialect: Dialect, line: Buffer): string {
  const seen = `its quoting is broken in cell ${brokenCell(dialect, line)}`;
  const rule = 'a cell with quotes must be enclosed in quotes and closed, and quotes in it doubled';
  if (dialect.lenient) return `${seen}: a quote that opens a cell must be closed`;
  return `${seen}: ${rule}; --lenient-quotes or source.lenientQuotes takes a quote within a cell as it stands`;
}

/** The first cell, from 1, that is not closed on this line or contains an invalid quote. */
function brokenCell(dialect: Dialect, line: Buffer): number {
  const { separator, lenient } = dialect;
  let at = startOfText(dialect, line, 0);
  for (let cell = 1; ; cell += 1) {
    if (line[at] === quote) {
      at = behindQuotes(line, at, line.length);
      if (at === -1 || (!lenient && !mayFollow(dialect, line, at, line.length))) return cell;
    }
    at = endOfPlain(dialect, line, at, line.length);
    if (at === line.length || !startsWith(line, separator, at)) return cell;
    at += separator.length;
  }
}

/** The start of a row's first cell. */
export function startOfText({ rowMarks }: Dialect, bytes: Buffer, start: number): number {
  return rowMarks ? behindMarks(bytes, start) : start;
}

/** The index after the quote that closes the one at `at`; -1 if there is none before `limit`. */
export function behindQuotes(bytes: Buffer, at: number, limit: number): number {
  for (let from = at + 1; ;) {
    // For consecutive quotes, a search for each would be the slowest part.
    const closing = bytes[from] === quote ? from : bytes.indexOf(quote, from);
    if (closing === -1 || closing >= limit) return -1;
    if (closing + 1 === limit || bytes[closing + 1] !== quote) return closing + 1;
    from = closing + 2;
  }
}

/** The index of the next separator, line end or invalid quote from `from` on; `limit` if there is none. */
export function endOfPlain(
  { separator, ends: { terminator }, lenient }: Dialect,
  bytes: Buffer,
  from: number,
  limit: number,
): number {
  let at = from;
  for (; at < limit; at += 1) {
    const byte = bytes[at];
    if ((byte === quote && !lenient) || byte === terminator) break;
    if (byte === separator[0] && startsWith(bytes, separator, at)) break;
  }
  return at;
}

/** Whether the position `at` may follow a closing quote. */
function mayFollow({ separator, ends }: Dialect, bytes: Buffer, at: number, limit: number): boolean {
  // A NUL may follow as well, as it always could; its row is malformed anyway.
  const byte = bytes[at];
  return at === limit || byte === 0 || ends.lengthAt(bytes, at) > 0 || startsWith(bytes, separator, at);
}

/** Whether the separator is at `at`. */
function startsWith(bytes: Buffer, separator: Buffer, at: number): boolean {
  for (let index = 0; index < separator.length; index += 1)
    if (bytes[at + index] !== separator[index]) return false;
  return true;
}
