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
   * Waits for the end of the tracking and gives how the import ended. Rejects with Temporal's `WorkflowFailedError`
   * when the tracking failed or was cancelled.
   */
  wait(): Promise<ImportOutcome>;
  /** What the tracker knows. Rejects after 3 s without a worker that answers. */
  status(): Promise<TrackingState>;
  /** Has the tracker poll at once. */
  pollNow(): Promise<void>;
  /** Has the tracker tell a workflow too how the import ends; once it has ended, its outcome is there to be read. */
  subscribe(workflow: NotifiedWorkflow & { workflowId: string }): Promise<void>;
  /**
   * Changes fields of the tracker's polling policy, in force at once, and returns its state under that. What is not
   * named stays; `'default'` gives a default back.
   */
  setPolling(polling: PublicPollingChange): Promise<TrackingState>;
  /** Stops following the import; the import itself goes on. */
  cancel(): Promise<void>;
  /**
   * Waits for the end and reads the rows' results, one at a time, in the order of the API. Stored results are read from
   * `storage` with this process's own access. Rejects when there are none.
   */
  results(access?: StorageAccess): AsyncIterable<RowResult>;
}

/** The handle of an import by that of its tracker. */
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
