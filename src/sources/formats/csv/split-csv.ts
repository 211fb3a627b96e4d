import { lineFeed, maxRowBytes, splitLines, type FindRowEnd, type Split } from '../../rows/split-rows';

const quote = 0x22;
const carriageReturn = 0x0d;

const brokenReason =
  'its quoting is broken: cells with quotes must be enclosed in quotes and closed, and quotes in them doubled';

/**
 * Rows of a CSV (RFC 4180; lines end with CRLF or LF). Only a line that holds quotes is gone through cell by cell, and
 * whatever is in a line, it is gone through twice at most: a row with broken quotes ends where they break or at the
 * next line with an odd number of them.
 */
export function splitCsv(delimiter: string, bytes: Buffer, last: boolean, most = maxRowBytes): Split {
  const separator = Buffer.from(delimiter);
  let quoteAt = -1;
  const findRowEnd: FindRowEnd = ({ start, end }, limit) => {
    if (quoteAt < start) {
      const found = bytes.indexOf(quote, start);
      quoteAt = found === -1 ? bytes.length : found;
    }
    if (quoteAt >= end) return { end, quoted: false };
    const rowEnd = endOfQuoted(bytes, separator, start, limit);
    return typeof rowEnd === 'string' ? rowEnd : { end: rowEnd, quoted: true };
  };
  return splitLines(bytes, { last, most }, findRowEnd, brokenReason);
}

/** Where the row with quotes ends that begins at `start`. */
function endOfQuoted(
  bytes: Buffer,
  separator: Buffer,
  start: number,
  limit: number,
): number | 'broken' | 'open' {
  let at = start;
  while (at < limit) {
    if (bytes[at] === quote) {
      at = behindQuotes(bytes, at, limit);
      if (at === -1) return 'open';
      const next = bytes[at];
      // A NUL may follow as well, as it always could: its row is malformed all the same.
      const mayFollow =
        at === limit || next === 0 || isLineEnd(bytes, at) || startsWith(bytes, separator, at);
      if (!mayFollow) return 'broken';
    }
    at = endOfPlain(bytes, separator, at, limit);
    if (at === limit) return limit;
    if (bytes[at] === quote) return 'broken';
    if (bytes[at] === lineFeed) return at + 1;
    at += separator.length;
  }
  return limit;
}

/** Behind the quote that closes the one at `at`; -1 when there is none before `limit`. */
export function behindQuotes(bytes: Buffer, at: number, limit: number): number {
  for (let from = at + 1; ;) {
    // Where quotes follow each other, a search for each would cost most.
    const closing = bytes[from] === quote ? from : bytes.indexOf(quote, from);
    if (closing === -1 || closing >= limit) return -1;
    if (closing + 1 === limit || bytes[closing + 1] !== quote) return closing + 1;
    from = closing + 2;
  }
}

/** The next separator, line feed or quote from `from` on, or `limit`. */
export function endOfPlain(bytes: Buffer, separator: Buffer, from: number, limit: number): number {
  let at = from;
  for (; at < limit; at += 1) {
    const byte = bytes[at];
    if (byte === quote || byte === lineFeed) break;
    if (byte === separator[0] && startsWith(bytes, separator, at)) break;
  }
  return at;
}

const isLineEnd = (bytes: Buffer, at: number): boolean =>
  bytes[at] === lineFeed || (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed);

/** Whether the separator stands at `at`. */
function startsWith(bytes: Buffer, separator: Buffer, at: number): boolean {
  for (let index = 0; index < separator.length; index += 1)
    if (bytes[at + index] !== separator[index]) return false;
  return true;
}
