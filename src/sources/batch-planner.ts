import { createHash } from 'node:crypto';
import type { SplitBytes } from './rows/row-splitter';
import { countLines, type LineEnds } from './rows/line-ends';
import type { SplitRow } from './rows/split-rows';
import type { BatchRef } from '../ports/batch-reader';
import { PlannedBatches } from './planned-batches';

/**
 * Maximum text of a batch, in bytes. Its request is larger, since JSON names the columns in every row, and the API
 * accepts requests of about 10 MB.
 */
export const maxBatchBytes = 4 * 1024 * 1024;

/**
 * Groups rows into batches of a given number of rows, or fewer if they would exceed {@link maxBatchBytes}. A batch
 * extends from its first row to the first row of the next batch, or to the end of the text.
 */
export class BatchPlanner {
  private readonly batches = new PlannedBatches();
  rows = 0;
  private line = 1;
  private hash = createHash('sha256');
  private batchRows = 0;
  private batchBytes = 0;

  /** `offset` is the start of the text, after a byte order mark. */
  constructor(
    private readonly batchSize: number,
    private readonly ends: LineEnds,
    private offset: number,
  ) {}

  get batchCount(): number {
    return this.batches.length;
  }

  add({ bytes, rows }: SplitBytes): void {
    let position = 0;
    for (const row of rows) {
      const held = heldBytes(row);
      if (!this.hasRoom(held)) {
        this.advance(bytes.subarray(position, row.start));
        position = row.start;
        this.closeBatch();
        this.openBatch();
      }
      this.rows += 1;
      this.batchRows += 1;
      this.batchBytes += held;
    }
    this.advance(bytes.subarray(position));
  }

  /** The line of the source at a position in the bytes to be added next. */
  lineAt(bytes: Buffer, position: number): number {
    return this.line + countLines(this.ends, bytes.subarray(0, position));
  }

  /** Completes the last batch. */
  finish(): void {
    this.closeBatch();
  }

  /** The batches in order, once the last is complete. */
  refs(): Iterable<BatchRef> {
    return this.batches.refs({ firstRow: this.rows + 1, start: this.offset });
  }

  /** A batch that is as long as any of them when written. */
  longest(): BatchRef {
    const [offset, sha256] = [this.offset, '0'.repeat(64)];
    const { batchCount: batch, rows, line: firstLine } = this;
    return { batch, firstRow: rows, rows, firstLine, start: offset, end: offset, sha256 };
  }

  private hasRoom(bytes: number): boolean {
    return (
      this.batchCount > 0 &&
      this.batchRows < this.batchSize &&
      (this.batchRows === 0 || this.batchBytes + bytes <= maxBatchBytes)
    );
  }

  private advance(bytes: Buffer): void {
    this.hash.update(bytes);
    this.line += countLines(this.ends, bytes);
    this.offset += bytes.length;
  }

  private openBatch(): void {
    this.hash = createHash('sha256');
    [this.batchRows, this.batchBytes] = [0, 0];
    this.batches.begin({ firstRow: this.rows + 1, firstLine: this.line, start: this.offset });
  }

  private closeBatch(): void {
    if (this.batchCount > 0) this.batches.end(this.hash.digest());
  }
}

/** Bytes of a row that a reader of the batch holds. */
const heldBytes = ({ start, end, tooLong }: SplitRow): number => (tooLong ? 0 : end - start);
