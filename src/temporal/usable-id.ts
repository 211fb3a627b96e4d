import { ApplicationFailure } from '@temporalio/common';
import { describeProblems } from '../core/validation';
import { workflowIdProblem } from '../core/workflow-id-limits';

/** Rejects a workflow id that a server may not take with an `InvalidInput` failure, before anything is started. */
export function requireUsableId(workflowId: string, maxBytes: number, advice?: string): void {
  const problem = workflowIdProblem(workflowId, maxBytes);
  if (problem === null) return;
  const more = advice === undefined ? '' : `; ${advice}`;
  throw ApplicationFailure.nonRetryable(describeProblems([problem]) + more, 'InvalidInput');
}
