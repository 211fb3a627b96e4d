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
 * Options of the child workflow; all have defaults. `taskQueue` is that of the workers of prism-imports, by default
 * `prism-imports`; `workflowId` is by default `{id of this workflow}/import/{jobId}`.
 */
export type TrackImportChildOptions = Omit<ChildWorkflowOptions, 'args'>;

/**
 * Follows an import to its end by a child workflow and returns how it ended. When this workflow is cancelled or ends
 * early, the tracking is cancelled too; the import itself goes on.
 *
 * @example
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
 * Starts following an import by a child workflow that outlives this run, also a continue-as-new of it, and tells this
 * workflow by the signal `importFinished` how the import ended (handle `importFinishedSignal`). Whoever else is to be
 * told stands in `notify`, which then must name this workflow too, by `{}`.
 *
 * @example
 *   const end = new Trigger<ImportEnd>();
 *   setHandler(importFinishedSignal, (told) => end.resolve(told));
 *   await startTrackImport({ teamId, jobId, submittedAt });
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
