import type { ResultsRef } from '../core/stored-object';
import type { IndexedResult } from '../core/tracker/get-import-status';
import type { FinishedOutcome } from '../core/tracker/outcome';

/** Where an outcome keeps its row results, or why it has none. */
export type RowsResults =
  | { resultsRef: ResultsRef; isComplete: boolean }
  | { results: IndexedResult[]; isComplete: boolean }
  /** `failed_only`: only the results of failed rows exist. */
  | { missing: 'failed_only' | 'omitted' | 'not_given' };

/**
 * Finds the results of all rows, or only of the failed ones if `failedOnly` asks for no more. They are complete if
 * every row of the import has one: then a result's position is its row.
 */
export function rowsResults(
  { job, resultsRef, resultsOmitted, failedResults, failedOmitted = 0 }: FinishedOutcome,
  failedOnly: boolean,
): RowsResults {
  if (resultsRef !== null) return { resultsRef, isComplete: resultsRef.rows === job.total };
  if (job.results) {
    const results = job.results.map((result, index) => ({ index, result }));
    return { results, isComplete: results.length === job.total };
  }
  const hasFailed = failedResults !== undefined && failedOmitted === 0;
  // Nothing was omitted: the other rows had no results.
  if (hasFailed && (failedOnly || !resultsOmitted))
    return { results: failedResults, isComplete: job.processed === job.total };
  return { missing: hasFailed ? 'failed_only' : resultsOmitted ? 'omitted' : 'not_given' };
}
