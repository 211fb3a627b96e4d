import type { LineEnd } from '../../core/pipeline/source-formats';

const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/** The line ends of a text, for code that scans its bytes. */
export interface LineEnds {
  /** The byte that ends a line, except for what {@link after} includes. */
  terminator: number;
  /** The index after the line end whose terminator is at `at`. */
  after(bytes: Buffer, at: number): number;
  /** Length of the line end that starts at `at`; 0 if there is none. */
  lengthAt(bytes: Buffer, at: number): number;
  /** Length of the line end at the end of a row. */
  lengthAtEnd(row: Buffer): number;
}

const carriageReturnsBefore = (row: Buffer, most: number): number => {
  let count = 0;
  while (count < most && row.at(-2 - count) === carriageReturn) count += 1;
  return count;
};

/** Lines that end with LF, preceded by up to `most` CRs. */
const endingWithLf = (most: number): LineEnds => ({
  terminator: lineFeed,
  after: (_bytes, at) => at + 1,
  lengthAt: (bytes, at) => {
    for (let length = 0; length <= most; length += 1) {
      const byte = bytes[at + length];
      if (byte === lineFeed) return length + 1;
      if (byte !== carriageReturn) return 0;
    }
    return 0;
  },
  lengthAtEnd: (row) => (row.at(-1) === lineFeed ? 1 + carriageReturnsBefore(row, most) : 0),
});

/** Lines that end with CR. A following LF belongs to the line end, as in concatenated files. */
const endingWithCr: LineEnds = {
  terminator: carriageReturn,
  after: (bytes, at) => (bytes[at + 1] === lineFeed ? at + 2 : at + 1),
  lengthAt: (bytes, at) => {
    if (bytes[at] !== carriageReturn) return 0;
    return bytes[at + 1] === lineFeed ? 2 : 1;
  },
  lengthAtEnd: (row) => {
    if (row.at(-1) === carriageReturn) return 1;
    return row.at(-1) === lineFeed && row.at(-2) === carriageReturn ? 2 : 0;
  },
};

/** Line ends by name. `lf` includes CRLF; `crcrlf` includes CRLF and LF. */
export const lineEndsOf: Record<LineEnd, LineEnds> = {
  lf: endingWithLf(1),
  cr: endingWithCr,
  crcrlf: endingWithLf(2),
};

/**
 * The index after the last line end in some bytes; 0 if there is none. A CR at the very end does not count while more
 * bytes may follow, because an LF may belong to it.
 */
export function endOfLines(ends: LineEnds, bytes: Buffer): number {
  const isCr = ends.terminator === carriageReturn;
  const from = isCr && bytes.at(-1) === carriageReturn ? bytes.length - 2 : bytes.length - 1;
  const at = from < 0 ? -1 : bytes.lastIndexOf(ends.terminator, from);
  return at === -1 ? 0 : ends.after(bytes, at);
}

/** Number of line ends in some bytes. */
export function countLines({ terminator }: LineEnds, bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(terminator); at !== -1; at = bytes.indexOf(terminator, at + 1)) lines += 1;
  return lines;
}
