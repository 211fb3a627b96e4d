import { inlineResultsLimitBytes, type ResultsMode } from '../core/tracker/get-import-status';
import { isFinished, withoutResults, type ImportJob, type RowResult } from '../core/api/import-job';
import type { ResultsRef } from '../core/stored-object';
import type { ObjectStore } from '../ports/object-store';

/** A job with its results where they belong. */
export interface PlacedJob {
  /** With `results` only when they are inline. */
  job: ImportJob;
  resultsRef: ResultsRef | null;
  /** True when there were results that are neither inline nor stored. */
  resultsOmitted: boolean;
}

/** Where the results of a job may go. */
export interface Placement {
  mode: ResultsMode;
  store: ObjectStore | null;
  /** Name of the stored results. */
  name: string;
  /** Aborts the writing. */
  signal?: AbortSignal;
}

/**
 * Puts the results of a finished job inline (up to 256 KiB, unless `stored`), into the store as NDJSON, or nowhere. A
 * job at work has none to speak of: whatever it shows is not final, and is dropped. Throws what the store throws, or
 * the signal's reason.
 */
export async function routeResults(job: ImportJob, placement: Placement): Promise<PlacedJob> {
  const { mode, store, name, signal } = placement;
  const { results } = job;
  if (results === undefined || results === null) return { job, resultsRef: null, resultsOmitted: false };
  const bare = withoutResults(job);
  const omitted = { job: bare, resultsRef: null, resultsOmitted: results.length > 0 };
  if (!isFinished(job) || mode === 'omitted') return omitted;
  if (mode === 'auto' && fitsInline(results)) return { job, resultsRef: null, resultsOmitted: false };
  if (store === null) return omitted;
  const stored = await store.write(name, lines(results, signal));
  return { job: bare, resultsRef: { ...stored, rows: results.length }, resultsOmitted: false };
}

/** Stops adding up as soon as the limit is passed: most of what does not fit is far larger. */
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
