import type { LineEnds } from './line-ends';
import type { Split, SplitRow, SplitRows } from './split-rows';

/** Some rows and the bytes that they lie in. */
export interface SplitBytes {
  bytes: Buffer;
  rows: SplitRow[];
}

/**
 * Finds the rows of a text that comes in pieces of any size, holding about one row or piece at a time; of a line that
 * is longer than a row may be, nothing is held.
 */
export class RowSplitter {
  private rest: Buffer = Buffer.alloc(0);
  private fresh: Buffer[] = [];
  private freshBytes = 0;
  /** Within a line that is too long, up to whose end all is passed on. */
  private passing = false;

  constructor(
    private readonly splitRows: SplitRows,
    private readonly ends: LineEnds,
    private readonly maxRowBytes: number,
  ) {}

  /** Takes in the next piece, and gives all of the text up to the row that goes on, some rows at a time. */
  *push(piece: Buffer): Generator<SplitBytes> {
    this.fresh.push(piece);
    this.freshBytes += piece.length;
    // As much again as is left over: a long row is then gone through at most twice.
    if (this.freshBytes >= this.rest.length) yield* this.split(false);
  }

  /** The same of what is left, when no piece follows. */
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
