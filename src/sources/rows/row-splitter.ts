import type { LineEnds } from './line-ends';
import type { Split, SplitRow, SplitRows } from './split-rows';

/** Rows and the bytes that contain them. */
export interface SplitBytes {
  bytes: Buffer;
  rows: SplitRow[];
}

/**
 * Splits a text that arrives in pieces of any size into rows. Holds about one row or piece at a time, and nothing of a
 * line that is longer than a row may be.
 */
export class RowSplitter {
  private rest: Buffer = Buffer.alloc(0);
  private fresh: Buffer[] = [];
  private freshBytes = 0;
  /** Whether a line is too long, so that everything up to its end is passed on. */
  private passing = false;

  constructor(
    private readonly splitRows: SplitRows,
    private readonly ends: LineEnds,
    private readonly maxRowBytes: number,
  ) {}

  /** Adds the next piece, and yields the text up to the last incomplete row, some rows at a time. */
  *push(piece: Buffer): Generator<SplitBytes> {
    this.fresh.push(piece);
    this.freshBytes += piece.length;
    // Waits for as many new bytes as are left over, so that a long row is scanned at most twice.
    if (this.freshBytes >= this.rest.length) yield* this.split(false);
  }

  /** The same for the rest, when no piece follows. */
  *end(): Generator<SplitBytes> {
    yield* this.split(true);
  }

  private *split(last: boolean): Generator<SplitBytes> {
    let left = Buffer.concat([this.rest, ...this.fresh]);
    [this.fresh, this.freshBytes] = [[], 0];
    if (this.passing) {
      const lineEnd = left.indexOf(this.ends.terminator) + 1;
      this.passing = lineEnd === 0;
      const passed = this.passing ? left.length : lineEnd;
      yield { bytes: left.subarray(0, passed), rows: [] };
      left = left.subarray(passed);
    }
    for (let more = !this.passing; more;) {
      const split: Split = this.splitRows(left, last, this.maxRowBytes);
      yield { bytes: left.subarray(0, split.used), rows: split.rows };
      left = left.subarray(split.used);
      this.passing = split.goesOn;
      more = split.more;
    }
    this.rest = left;
  }
}
