import { ApplicationFailure } from '@temporalio/common';
import { describeProblems } from '../core/validation';
import { workflowIdProblem } from '../core/workflow-id-limits';

/** Throws an `InvalidInput` failure, before anything starts, for a workflow id that a server may refuse. */
export function requireUsableId(workflowId: string, maxBytes: number, advice?: string): void {
  const problem = workflowIdProblem(workflowId, maxBytes);
  if (problem === null) return;
  const more = advice === undefined ? '' : `; ${advice}`;
  throw ApplicationFailure.nonRetryable(describeProblems([problem]) + more, 'InvalidInput');
}
