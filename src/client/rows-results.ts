import type { ResultsRef } from '../core/stored-object';
import type { IndexedResult } from '../core/tracker/get-import-status';
import type { FinishedOutcome } from '../core/tracker/outcome';

/** Where an outcome has its rows' results, or why it has none. */
export type RowsResults =
  | { resultsRef: ResultsRef; isComplete: boolean }
  | { results: IndexedResult[]; isComplete: boolean }
  /** `failed_only`: those of the failed rows are there. */
  | { missing: 'failed_only' | 'omitted' | 'not_given' };

/**
 * The results of all rows, or at least those of the failed ones where `failedOnly` says that no others are wanted.
 * They are complete when none of the import's rows is without: a result's place is then its row.
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
  // Nothing was omitted: no row but these had a result.
  if (hasFailed && (failedOnly || !resultsOmitted))
    return { results: failedResults, isComplete: job.processed === job.total };
  return { missing: hasFailed ? 'failed_only' : resultsOmitted ? 'omitted' : 'not_given' };
}
