import { type ApplicationFailure, cancellationSignal } from '@temporalio/activity';
import type { ReadResultsInput, ResultsPage } from '../core/tracker/read-results';
import { isDefect } from '../ports/defect';
import { isMissing, isOutside, isRefused, type ObjectStore } from '../ports/object-store';
import { ForeignPlace, readResultsPage } from '../report/results-page';
import { withAttempts } from './attempts';
import { resultsFolder } from './storage-name';
import { invalidInput, storageFailure, toFileFailure } from './to-failure';

/** What hands out stored results, on the task queue of workflows. `store` is null when `PRISM_STORAGE` is not set. */
export const createResultsActivities = ({ store }: { store: ObjectStore | null }) => ({
  /**
   * A page of the results that a tracker has stored, for whoever has their URI. Reads nothing besides the stored
   * results of these workers. Fails with `InvalidInput` (no storage, no such results, an `after` that no page gave), or
   * with `StorageUnavailable`.
   */
  async readResults(input: ReadResultsInput): Promise<ResultsPage> {
    if (store === null) throw invalidInput(noStorage);
    // Drafts of objects being written have other names.
    if (!input.uri.endsWith('.ndjson')) throw noSuchResults(input);
    const results = store.below(resultsFolder);
    const stopIfCancelled = () => cancellationSignal().throwIfAborted();
    const task = () => readResultsPage(results, input, stopIfCancelled);
    return await withAttempts(`to read ${shown(input.uri)}`, task, (error) => toResultsFailure(error, input));
  },
});

const noStorage =
  'PRISM_STORAGE: saw nothing, expected file:DIR or s3://bucket/prefix: without it no results are stored';

/** One answer for what is not there and what lies elsewhere: whether that exists is not told. */
const noSuchResults = ({ uri }: ReadResultsInput): ApplicationFailure =>
  invalidInput(
    `uri: saw ${shown(uri)}, expected the resultsRef.uri of an import whose results are stored here`,
  );

function toResultsFailure(error: unknown, input: ReadResultsInput): ApplicationFailure {
  if (error instanceof ForeignPlace) {
    const seen = JSON.stringify(input.after);
    return invalidInput(`after: saw ${seen}, expected the \`next\` of a page of the same results`);
  }
  if (isMissing(error) || isOutside(error)) return noSuchResults(input);
  return isDefect(error) ? toFileFailure(error) : storageFailure(error, !isRefused(error));
}

const shown = (uri: string): string => JSON.stringify(uri.length > 300 ? `${uri.slice(0, 300)}…` : uri);
