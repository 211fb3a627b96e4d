import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { refusedDetails } from '../../core/details/tracker-details';
import { maxPipelineIdBytes, workflowIdProblem } from '../../core/workflow-id-limits';
import {
  importRecordsInputSchema,
  type ImportRecordsInput,
  type ImportRecordsRequest,
} from '../../core/pipeline/input';
import { checkInput, type InputProblem } from '../../core/validation';
import { invalidInput } from '../runtime/invalid-input';

/**
 * The input of a pipeline, checked, and by the rules of release 0.2 its workflow id too. Fails with `InvalidInput`,
 * naming field, value seen and accepted form.
 */
export function acceptInput(input: ImportRecordsInput, release02: boolean): ImportRecordsRequest {
  const checked = checkInput(importRecordsInputSchema, input);
  const problems = [
    ...(checked.ok ? [] : checked.problems),
    ...(release02 && checked.ok ? problemsOfId(checked.value) : []),
  ];
  if (checked.ok && problems.length === 0) return checked.value;
  const { failure, error } = invalidInput('importRecords cannot use its input', problems);
  setCurrentDetails(refusedDetails('importRecords', failure));
  throw error;
}

/** Only at the start: a pipeline that was begun before this rule goes on. */
function problemsOfId({ carried }: ImportRecordsRequest): InputProblem[] {
  const problem = workflowIdProblem(workflowInfo().workflowId, maxPipelineIdBytes);
  return problem === null || carried !== undefined ? [] : [problem];
}
