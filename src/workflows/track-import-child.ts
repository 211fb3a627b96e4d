import {
  type ChildWorkflowHandle,
  type ChildWorkflowOptions,
  executeChild,
  ParentClosePolicy,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { importSummary } from '../core/details/summaries';
import { defaultTaskQueue } from '../core/ids';
import type { ImportOutcome } from '../core/tracker/outcome';
import type { PublicTrackImportInput } from '../core/tracker/public-input';

/** The workflow `trackImport` as its callers see it. */
export type TrackImportWorkflow = (input: PublicTrackImportInput) => Promise<ImportOutcome>;

/**
 * Options of the child workflow; all have defaults. `taskQueue` names the task queue of the prism-imports workers and
 * defaults to `prism-imports`; `workflowId` defaults to `{id of this workflow}/import/{jobId}`.
 */
export type TrackImportChildOptions = Omit<ChildWorkflowOptions, 'args'>;

/**
 * Tracks an import to its end in a child workflow and returns its outcome. If this workflow is cancelled or closes
 * early, the tracker is cancelled too; the import itself continues.
 *
 * @example
 *   import { log } from '@temporalio/workflow';
 *   import { trackImport } from 'prism-imports/workflow';
 *
 *   const outcome = await trackImport({ teamId, jobId, submittedAt });
 *   if (outcome.status === 'complete') log.info('imported', { rows: outcome.job.total });
 */
export function trackImport(
  input: PublicTrackImportInput,
  options: TrackImportChildOptions = {},
): Promise<ImportOutcome> {
  return executeChild<TrackImportWorkflow>('trackImport', {
    ...defaultsOf(input),
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    ...options,
    args: [input],
  });
}

/**
 * Starts a tracker as a child workflow that outlives this run and its continue-as-new. At the end the tracker sends
 * this workflow the signal `importFinished` (handle `importFinishedSignal`). To notify others too, set `notify` and
 * include `{}`, which stands for this workflow.
 *
 * @example
 *   import { setHandler, Trigger } from '@temporalio/workflow';
 *   import { importFinishedSignal, startTrackImport, type ImportEnd } from 'prism-imports/workflow';
 *
 *   const end = new Trigger<ImportEnd>();
 *   setHandler(importFinishedSignal, (ended) => end.resolve(ended));
 *   await startTrackImport({ teamId, jobId, submittedAt });
 *   const { status } = await end;
 */
export function startTrackImport(
  input: PublicTrackImportInput,
  options: TrackImportChildOptions = {},
): Promise<ChildWorkflowHandle<TrackImportWorkflow>> {
  return startChild<TrackImportWorkflow>('trackImport', {
    ...defaultsOf(input),
    parentClosePolicy: ParentClosePolicy.ABANDON,
    ...options,
    args: [{ ...input, notify: input.notify ?? [{}] }],
  });
}

const defaultsOf = ({ teamId, jobId }: PublicTrackImportInput) => ({
  taskQueue: defaultTaskQueue,
  workflowId: `${workflowInfo().workflowId}/import/${jobId}`,
  staticSummary: importSummary(teamId, jobId),
});
