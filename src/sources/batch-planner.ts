import { createHash } from 'node:crypto';
import type { SplitBytes } from './rows/row-splitter';
import { countLines } from './rows/split-rows';
import type { BatchRef } from '../ports/batch-reader';

/**
 * Collects rows into batches. A batch's range goes from its first row to the first row of the next one, or to the end
 * of the text.
 */
export class BatchPlanner {
  /** All but the last one are complete. */
  readonly batches: BatchRef[] = [];
  rows = 0;
  private line = 1;
  private hash = createHash('sha256');

  /** `offset` is where the text starts, behind a byte order mark. */
  constructor(
    private readonly batchSize: number,
    private offset: number,
  ) {}

  add({ bytes, rows }: SplitBytes): void {
    let position = 0;
    for (const row of rows) {
      if (this.rows % this.batchSize === 0) {
        this.advance(bytes.subarray(position, row.start));
        position = row.start;
        this.closeBatch();
        this.openBatch();
      }
      this.rows += 1;
    }
    this.advance(bytes.subarray(position));
  }

  /** Completes the last batch. */
  finish(): void {
    this.closeBatch();
  }

  private advance(bytes: Buffer): void {
    this.hash.update(bytes);
    this.line += countLines(bytes);
    this.offset += bytes.length;
  }

  private openBatch(): void {
    this.hash = createHash('sha256');
    this.batches.push({
      batch: this.batches.length + 1,
      firstRow: this.rows + 1,
      rows: 0,
      firstLine: this.line,
      start: this.offset,
      end: this.offset,
      sha256: '',
    });
  }

  private closeBatch(): void {
    const batch = this.batches.at(-1);
    if (batch === undefined) return;
    batch.rows = this.rows - batch.firstRow + 1;
    batch.end = this.offset;
    batch.sha256 = this.hash.digest('hex');
  }
}
