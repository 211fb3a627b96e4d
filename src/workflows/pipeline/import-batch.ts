import {
  CancellationScope,
  ChildWorkflowFailure,
  executeChild,
  ParentClosePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { answeredAtOnce, importEnded, notStarted, trackingFailed } from '../../domain/batch-end';
import type { BatchRef } from '../../domain/import-records';
import { endBatch } from '../../domain/pipeline-view';
import type { PollingInput } from '../../domain/polling';
import type { StartedImport } from '../../domain/start-import';
import { importSummary } from '../../domain/texts';
import type { BatchEnd } from '../../domain/write-report';
import type { trackImport } from '../track-import';
import { launchBatch, type Launch } from './launch-batch';
import { show, showBatch, type PlannedPipeline } from './pipeline';

/** Takes one batch from launch to its end. What happens to it alone is its end, not a failure of the pipeline. */
export async function importBatch(pipeline: PlannedPipeline, ref: BatchRef): Promise<BatchEnd> {
  const end = await endOf(pipeline, ref, await launchBatch(pipeline, ref));
  endBatch(pipeline.view, ref, end.status);
  show(pipeline);
  return end;
}

async function endOf(pipeline: PlannedPipeline, ref: BatchRef, launch: Launch): Promise<BatchEnd> {
  switch (launch.kind) {
    case 'given_up':
      return notStarted(ref, launch.message, launch.rows);
    case 'nothing_to_send':
      return notStarted(ref, 'no row of this batch could be read', 'failed');
    case 'finished':
      pipeline.keyWorked = true;
      return answeredAtOnce(ref, launch.job, launch.resultsRef);
    case 'accepted':
      pipeline.keyWorked = true;
      return follow(pipeline, ref, launch);
  }
}

type Accepted = Extract<StartedImport, { kind: 'accepted' }>;

/** Follows the job with a tracker of its own; cancelling the pipeline cancels it. */
async function follow(
  pipeline: PlannedPipeline,
  ref: BatchRef,
  { jobId, submittedAt }: Accepted,
): Promise<BatchEnd> {
  const { teamId, polling } = pipeline.request;
  showBatch(pipeline, ref, { jobId, doing: 'following' });
  try {
    const outcome = await executeChild<typeof trackImport>('trackImport', {
      workflowId: `${workflowInfo().workflowId}/batch-${String(ref.batch).padStart(4, '0')}`,
      args: [
        {
          teamId,
          jobId,
          submittedAt,
          results: 'stored',
          ...(polling !== undefined && { polling: polling as PollingInput }),
        },
      ],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `Batch ${ref.batch}: ${importSummary(teamId, jobId)}`,
    });
    return importEnded(ref, outcome);
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
    if (error instanceof ChildWorkflowFailure)
      return trackingFailed(ref, jobId, (error.cause ?? error).message);
    if (error instanceof WorkflowExecutionAlreadyStartedError)
      return trackingFailed(ref, jobId, error.message);
    throw error;
  }
}
