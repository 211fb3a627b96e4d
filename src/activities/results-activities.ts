import { type ApplicationFailure, cancellationSignal } from '@temporalio/activity';
import type { ReadResultsInput, ResultsPage } from '../core/tracker/read-results';
import { isDefect } from '../ports/defect';
import { isRefused, type ObjectStore } from '../ports/object-store';
import { readStoredResults, shownUri, UnusableRequest } from '../report/results/stored-results';
import { withAttempts } from './attempts';
import { invalidInput, storageFailure, toFileFailure } from './to-failure';

/**
 * The activity that returns stored results, on the task queue of workflows. `store` is null without `PRISM_STORAGE`.
 */
export const createResultsActivities = ({ store }: { store: ObjectStore | null }) => ({
  /**
   * Returns a page of the results that a tracker has stored, to anybody who has their URI. Reads nothing but the stored
   * results of these workers. Fails with `InvalidInput` (no storage, no such results, an `after` that no page
   * returned), or with `StorageUnavailable`.
   */
  readResults(input: ReadResultsInput): Promise<ResultsPage> {
    const check = () => cancellationSignal().throwIfAborted();
    const task = () => readStoredResults(store, input, { check });
    return withAttempts(`to read ${shownUri(input.uri)}`, task, toResultsFailure);
  },
});

function toResultsFailure(error: unknown): ApplicationFailure {
  if (error instanceof UnusableRequest) return invalidInput(error.message);
  return isDefect(error) ? toFileFailure(error) : storageFailure(error, !isRefused(error));
}
