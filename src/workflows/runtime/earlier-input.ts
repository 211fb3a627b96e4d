import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { isBatchTracker } from '../../core/ids';
import type { FailureType } from '../../core/failures';

/**
 * Whether an input may have been written or taken before release 0.2, when a duration could be a number of
 * milliseconds: that of a run which goes on for an earlier one, and that of a tracker which a pipeline has started.
 * What callers give to a first run is read by the rules of today. That there was a run before proves nothing: another
 * workflow can continue as this one.
 */
export function mayBeEarlier(input: unknown): boolean {
  const { carried, results } = (input ?? {}) as { carried?: unknown; results?: unknown };
  return carried !== undefined || isRepeated() || (results === 'stored' && isOfPipeline());
}

/** A run by retry or by schedule has the input of the first, unless that could not be used. */
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
