import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { ResultsTaker } from '../domain/import-api';
import { isFinished, type ImportJob, type RowResult } from '../domain/import-job';
import type { ObjectStore, ResultsRef } from '../domain/storage';
import type { PlacedJob } from './place-results';

/** So many bytes may wait for a slow store. */
const waitingBytes = 1024 * 1024;

/**
 * Writes results to the store as they arrive, as NDJSON. The first ones open the object; it appears only when they are placed, since only the end of an answer
 * says whether its results are final. Without a store they are only counted.
 */
export class ResultsUpload implements ResultsTaker {
  /** Results so far. */
  rows = 0;
  private open: {
    pipe: PassThrough;
    stored: ReturnType<ObjectStore['write']>;
    over: Promise<unknown>;
  } | null = null;

  constructor(
    private readonly store: ObjectStore | null,
    private readonly name: string,
  ) {}

  /** Never rejects: what the store says is told by {@link place}. */
  async take(results: RowResult[]): Promise<void> {
    this.rows += results.length;
    if (this.store === null) return;
    const { pipe, over } = (this.open ??= this.begin(this.store));
    const text = results.map((result) => `${JSON.stringify(result)}\n`).join('');
    if (pipe.destroyed || pipe.write(text)) return;
    await Promise.race([once(pipe, 'drain').catch(() => undefined), over]);
  }

  /** Where the results of a job are, now that all have come. Those of a job at work are not final, and are dropped. Rejects as the store does. */
  async place(job: ImportJob): Promise<PlacedJob> {
    if (!isFinished(job)) await this.abandon();
    const resultsRef = isFinished(job) ? await this.keep() : null;
    return { job, resultsRef, resultsOmitted: resultsRef === null && this.rows > 0 };
  }

  private async keep(): Promise<ResultsRef | null> {
    if (this.open === null) return null;
    this.open.pipe.end();
    return { ...(await this.open.stored), rows: this.rows };
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    this.open?.pipe.destroy(new Error('the results are not final'));
    await this.open?.over;
  }

  private begin(store: ObjectStore) {
    const pipe = new PassThrough({ highWaterMark: waitingBytes });
    // Its failures reach the store, which reads from it.
    pipe.on('error', () => undefined);
    const stored = store.write(this.name, pipe as AsyncIterable<Buffer>);
    const over = stored.then(
      () => undefined,
      () => pipe.destroy(),
    );
    return { pipe, stored, over };
  }
}
