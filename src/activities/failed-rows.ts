import { isFailedRow, type ImportJob, type RowResult } from '../core/api/import-job';
import {
  inlineResultsLimitBytes,
  type IndexedResult,
  type FailedResults,
} from '../core/tracker/get-import-status';

/**
 * Collects results of failed rows in order, up to 256 KiB of JSON, and counts the rest. A single result that is larger
 * is only counted, and does not stop the collection.
 */
export class FailedRows {
  private readonly held: IndexedResult[] = [];
  /** Size of their JSON array: one bracket, and a comma or bracket after each. */
  private bytes = 1;
  private isFull = false;
  private failed = 0;
  private taken = 0;

  take(results: readonly RowResult[]): void {
    for (const result of results) {
      if (isFailedRow(result)) this.add({ index: this.taken, result });
      this.taken += 1;
    }
  }

  /**
   * The collected results once all have arrived. Rows that the job counts as failed, but gives no result for, count as
   * omitted.
   */
  collected({ failed }: Pick<ImportJob, 'failed'>): FailedResults {
    const omitted = Math.max(this.failed, failed ?? 0) - this.held.length;
    return { failedResults: this.held, failedOmitted: omitted };
  }

  /** Number of results so far, failed or not. */
  get rows(): number {
    return this.taken;
  }

  /** Number of results that are not collected. */
  get othersCount(): number {
    return this.taken - this.held.length;
  }

  private add(each: IndexedResult): void {
    this.failed += 1;
    if (this.isFull) return;
    const bytes = Buffer.byteLength(JSON.stringify(each)) + 1;
    if (bytes + 1 > inlineResultsLimitBytes) return;
    this.isFull = this.bytes + bytes > inlineResultsLimitBytes;
    if (this.isFull) return;
    this.held.push(each);
    this.bytes += bytes;
  }
}
