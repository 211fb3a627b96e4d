import {
  inlineResultsLimitBytes,
  type FailedResults,
  type ResultsMode,
} from '../core/tracker/get-import-status';
import { isFinished, withoutResults, type ImportJob, type RowResult } from '../core/api/import-job';
import type { ResultsRef, StoredObject } from '../core/stored-object';
import type { ObjectStore } from '../ports/object-store';
import { FailedRows } from './failed-rows';

/** A job with its results in their place. The fields of the mode `failed` are set once the job is finished. */
export interface PlacedJob extends Partial<FailedResults> {
  /** With `results` only if they are inline. */
  job: ImportJob;
  resultsRef: ResultsRef | null;
  /** True if there were results that are neither inline nor stored. */
  resultsOmitted: boolean;
}

/** Where a job's results may be placed. */
export interface Placement {
  mode: ResultsMode;
  store: ObjectStore | null;
  /** Name of the stored results. */
  name: string;
  /** Aborts writing. */
  signal?: AbortSignal;
}

/**
 * Places the results of a finished job: inline (up to 256 KiB, of all rows or of failed ones, unless `stored`), in the
 * store as NDJSON, or nowhere. Results of an unfinished job are not final, and are dropped. Throws the store's error,
 * or the signal's reason.
 */
export async function routeResults(job: ImportJob, placement: Placement): Promise<PlacedJob> {
  const { mode, store, name, signal } = placement;
  const { results } = job;
  const bare = withoutResults(job);
  const omitted = { job: bare, resultsRef: null, resultsOmitted: (results ?? []).length > 0 };
  if (!isFinished(job)) return results ? omitted : { job, resultsRef: null, resultsOmitted: false };
  if (mode === 'failed') return routeFailed(bare, results ?? null, placement);
  if (results === undefined || results === null) return { job, resultsRef: null, resultsOmitted: false };
  if (mode === 'omitted') return omitted;
  if (mode === 'auto' && fitsInline(results)) return { job, resultsRef: null, resultsOmitted: false };
  if (store === null) return omitted;
  const stored = await store.write(name, lines(results, signal));
  return { job: bare, resultsRef: { ...stored, rows: results.length }, resultsOmitted: false };
}

async function routeFailed(
  bare: ImportJob,
  results: RowResult[] | null,
  { store, name, signal }: Placement,
): Promise<PlacedJob> {
  const failedRows = new FailedRows();
  failedRows.take(results ?? []);
  const stored = store === null || results === null ? null : await store.write(name, lines(results, signal));
  return placedFailed(bare, failedRows, stored);
}

/** A finished job whose failed rows were collected. If there is a store, all results are in `stored`. */
export function placedFailed(
  bare: ImportJob,
  failedRows: FailedRows,
  stored: StoredObject | null,
): PlacedJob {
  const { rows, othersCount } = failedRows;
  const resultsRef = stored === null ? null : { ...stored, rows };
  const resultsOmitted = resultsRef === null && othersCount > 0;
  return { job: bare, resultsRef, resultsOmitted, ...failedRows.collected(bare) };
}

/** Stops adding at the limit, since most results that do not fit are far larger. */
function fitsInline(results: RowResult[]): boolean {
  let bytes = 2;
  return results.every((result) => {
    bytes += Buffer.byteLength(JSON.stringify(result)) + 1;
    return bytes - 1 <= inlineResultsLimitBytes;
  });
}

function* lines(results: RowResult[], signal: AbortSignal | undefined): Generator<string> {
  for (const result of results) {
    signal?.throwIfAborted();
    yield `${JSON.stringify(result)}\n`;
  }
}
