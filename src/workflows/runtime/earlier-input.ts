import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { isBatchTracker } from '../../core/ids';
import type { FailureType } from '../../core/failures';

/**
 * Whether an input may have been written or accepted before release 0.2, when a duration could be a number of
 * milliseconds. This holds for a run that continues an earlier one, and for a tracker that a pipeline started. The
 * input of a first run follows today's rules. A previous run proves nothing by itself, since another workflow can
 * continue as this one.
 */
export function mayBeEarlier(input: unknown): boolean {
  const { carried, results } = (input ?? {}) as { carried?: unknown; results?: unknown };
  return carried !== undefined || isRepeated() || (results === 'stored' && isOfPipeline());
}

/** A run by retry or schedule repeats the input of the first, unless that was refused. */
function isRepeated(): boolean {
  const { continuedFromExecutionRunId, attempt, cronSchedule, lastFailure } = workflowInfo();
  if (lastFailure instanceof ApplicationFailure && lastFailure.type === refused) return false;
  return attempt > 1 || (Boolean(cronSchedule) && continuedFromExecutionRunId !== undefined);
}
const refused: FailureType = 'InvalidInput';

function isOfPipeline(): boolean {
  const { parent, workflowId } = workflowInfo();
  return parent !== undefined && workflowId.startsWith(`${parent.workflowId}/`) && isBatchTracker(workflowId);
}
