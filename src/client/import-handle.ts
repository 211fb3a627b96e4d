import type { Client, WorkflowHandle } from '@temporalio/client';
import type { RowResult } from '../core/api/import-job';
import type { ImportOutcome } from '../core/tracker/outcome';
import type { NotifiedWorkflow, PublicPollingChange } from '../core/tracker/public-input';
import type { TrackingState } from '../core/tracker/status';
import { queryLimitMs } from '../temporal/ask-server';
import { pollNowSignal, setPollingUpdate, statusQuery, subscribeSignal } from '../workflows/messages';
import type { TrackImportWorkflow } from '../workflows/track-import-child';
import { readResults, type StorageAccess } from './read-results';

/** An import that a tracker follows, by its workflow id. */
export interface ImportHandle {
  readonly workflowId: string;
  /**
   * Waits until the tracker closes and returns the outcome of the import. Rejects with Temporal's `WorkflowFailedError`
   * if the tracker failed or was cancelled.
   */
  wait(): Promise<ImportOutcome>;
  /** Returns the tracker's state. Rejects if no worker answers within 3 s. */
  status(): Promise<TrackingState>;
  /** Makes the tracker poll at once. */
  pollNow(): Promise<void>;
  /** Adds a workflow as a subscriber of the tracker. Once the tracker has closed, read its outcome instead. */
  subscribe(workflow: NotifiedWorkflow & { workflowId: string }): Promise<void>;
  /**
   * Changes fields of the tracker's polling policy at once, and returns its state under the new policy. A missing field
   * stays unchanged; `'default'` resets it.
   */
  setPolling(polling: PublicPollingChange): Promise<TrackingState>;
  /** Stops tracking the import; the import itself continues. */
  cancel(): Promise<void>;
  /**
   * Waits for the end and yields the results of the rows, one at a time, in the order of the API. Reads stored results
   * from `storage` with the credentials of this process. Rejects if there are no results.
   */
  results(access?: StorageAccess): AsyncIterable<RowResult>;
}

/** The handle of an import, from that of its tracker. */
export function handleOf(client: Client, tracker: WorkflowHandle<TrackImportWorkflow>): ImportHandle {
  const { workflowId } = tracker;
  const wait = () => tracker.result();
  return {
    workflowId,
    wait,
    status: () => client.withDeadline(Date.now() + queryLimitMs, () => tracker.query(statusQuery)),
    pollNow: () => tracker.signal(pollNowSignal),
    subscribe: ({ workflowId: subscriber, signal }) =>
      tracker.signal(subscribeSignal, {
        workflowId: subscriber,
        ...(signal !== undefined && { signal }),
      }),
    setPolling: (polling) => tracker.executeUpdate(setPollingUpdate, { args: [polling] }),
    async cancel() {
      await tracker.cancel();
    },
    async *results(access) {
      yield* readResults(await wait(), access);
    },
  };
}
