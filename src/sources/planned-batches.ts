import type { BatchRef } from '../ports/batch-reader';

const hashBytes = 32;

/** Where a batch starts. */
type BatchStart = Pick<BatchRef, 'firstRow' | 'firstLine' | 'start'>;

/** The batches of a plan in order, in less than 100 bytes each, since there may be a million. */
export class PlannedBatches {
  private readonly firstRows: number[] = [];
  private readonly firstLines: number[] = [];
  private readonly starts: number[] = [];
  private hashes = Buffer.alloc(64 * hashBytes);
  private hashed = 0;

  get length(): number {
    return this.starts.length;
  }

  /** Starts a batch. */
  begin({ firstRow, firstLine, start }: BatchStart): void {
    this.firstRows.push(firstRow);
    this.firstLines.push(firstLine);
    this.starts.push(start);
  }

  /** Ends the current batch; `sha256` is the hash of its bytes. */
  end(sha256: Buffer): void {
    const at = this.hashed * hashBytes;
    if (at === this.hashes.length) this.hashes = Buffer.concat([this.hashes, Buffer.alloc(at)]);
    sha256.copy(this.hashes, at);
    this.hashed += 1;
  }

  /** All batches, once the last has ended. `next` is where a further one would start. */
  *refs(next: Omit<BatchStart, 'firstLine'>): Generator<BatchRef> {
    for (const [index, start] of this.starts.entries()) {
      const firstRow = this.firstRows[index] ?? 0;
      const at = index * hashBytes;
      yield {
        batch: index + 1,
        firstRow,
        rows: (this.firstRows[index + 1] ?? next.firstRow) - firstRow,
        firstLine: this.firstLines[index] ?? 0,
        start,
        end: this.starts[index + 1] ?? next.start,
        sha256: this.hashes.toString('hex', at, at + hashBytes),
      };
    }
  }
}
