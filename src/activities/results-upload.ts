import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { inlineResultsLimitBytes } from '../core/tracker/get-import-status';
import type { ResultsTaker } from '../ports/import-api';
import { isFinished, type ImportJob, type RowResult } from '../core/api/import-job';
import type { ResultsRef, StoredObject } from '../core/stored-object';
import { FailedRows } from './failed-rows';
import { placedFailed, type PlacedJob, type Placement } from './route-results';
import type { ObjectStore } from '../ports/object-store';

/** How many bytes may wait for a slow store. */
const waitingBytes = 1024 * 1024;

/** An object being written. */
interface Draft {
  pipe: PassThrough;
  stored: Promise<StoredObject>;
  /** Resolves once `stored` has settled either way. */
  over: Promise<unknown>;
}

/**
 * Places the results of a large answer like `routeResults`, but as they arrive. A stored object becomes visible only
 * when placed, since only the end of an answer shows whether its results are final. Results to be omitted are only
 * counted.
 */
export class ResultsUpload implements ResultsTaker {
  private rows = 0;
  private listed = false;
  /** All results so far, while they may stay inline; then null. */
  private inline: RowResult[] | null;
  /** Size of their JSON array: one bracket, and a comma or bracket after each. */
  private inlineBytes = 1;
  private draft: Draft | null = null;
  /** Results of failed rows, if requested. */
  private readonly failedRows: FailedRows | null;

  constructor(private readonly placement: Placement) {
    this.inline = placement.mode === 'auto' ? [] : null;
    this.failedRows = placement.mode === 'failed' ? new FailedRows() : null;
  }

  /** Never rejects: {@link place} reports errors of the store. */
  async take(results: RowResult[]): Promise<void> {
    this.listed = true;
    this.rows += results.length;
    this.failedRows?.take(results);
    if (this.inline === null) return await this.write(results);
    this.inline.push(...results);
    this.inlineBytes += Buffer.byteLength(linesOf(results));
    if (this.inlineBytes <= inlineResultsLimitBytes) return;
    const held = this.inline;
    this.inline = null;
    await this.write(held);
  }

  /**
   * The job with its results in their place, once all have arrived. Results of an unfinished job are dropped. Rejects
   * with the store's error.
   */
  async place(job: ImportJob): Promise<PlacedJob> {
    if (!isFinished(job)) await this.abandon();
    else if (this.failedRows !== null) return placedFailed(job, this.failedRows, await this.keep());
    else if (this.inline === null) {
      const resultsRef = await this.keep();
      return { job, resultsRef, resultsOmitted: resultsRef === null && this.rows > 0 };
    } else if (this.listed) {
      return { job: { ...job, results: this.inline }, resultsRef: null, resultsOmitted: false };
    }
    return { job, resultsRef: null, resultsOmitted: this.rows > 0 };
  }

  /** Removes everything written so far. */
  async abandon(): Promise<void> {
    this.draft?.pipe.destroy(new Error('the results are not final'));
    await this.draft?.over;
  }

  private async write(results: RowResult[]): Promise<void> {
    const { store, mode } = this.placement;
    if (store === null || mode === 'omitted') return;
    const { pipe, over } = (this.draft ??= this.begin(store));
    if (pipe.destroyed || pipe.write(linesOf(results))) return;
    await Promise.race([once(pipe, 'drain').catch(() => undefined), over]);
  }

  private async keep(): Promise<ResultsRef | null> {
    if (this.draft === null) return null;
    this.draft.pipe.end();
    return { ...(await this.draft.stored), rows: this.rows };
  }

  private begin(store: ObjectStore): Draft {
    const { name, signal } = this.placement;
    const pipe = new PassThrough({ highWaterMark: waitingBytes, ...(signal && { signal }) });
    pipe.on('error', () => undefined); // the store, which reads from the pipe, gets its errors
    const stored = store.write(name, pipe as AsyncIterable<Buffer>);
    const over = stored.then(
      () => undefined,
      () => pipe.destroy(),
    );
    return { pipe, stored, over };
  }
}

function linesOf(results: RowResult[]): string {
  return results.map((result) => `${JSON.stringify(result)}\n`).join('');
}
