import { isFailedRow, type ImportJob, type RowResult } from '../core/api/import-job';
import {
  inlineResultsLimitBytes,
  type IndexedResult,
  type FailedResults,
} from '../core/tracker/get-import-status';

/**
 * Picks out the results of failed rows as they come, in their order, until they would pass 256 KiB of JSON; those after
 * are counted. A result that alone is larger is counted too, and hides none after it.
 */
export class FailedRows {
  private readonly held: IndexedResult[] = [];
  /** Size of their JSON array: a comma or bracket after each, and one before them. */
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
   * What is told of them once all have come. Rows that the job counts as failed and gives no result of are missing too.
   */
  told({ failed }: Pick<ImportJob, 'failed'>): FailedResults {
    const omitted = Math.max(this.failed, failed ?? 0) - this.held.length;
    return { failedResults: this.held, failedOmitted: omitted };
  }

  /** How many results have come, failed or not. */
  get rows(): number {
    return this.taken;
  }

  /** How many of them are not held. */
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
