import { workflowInfo } from '@temporalio/workflow';
import { showDetails } from '../runtime/show-details';
import { withUnits } from '../../core/durations-with-units';
import { refusedDetails } from '../../core/details/tracker-details';
import { maxPipelineIdBytes, workflowIdProblem } from '../../core/workflow-id-limits';
import {
  importRecordsInputSchema,
  importRecordsInputSchemaOf010,
  type ImportRecordsInput,
  type ImportRecordsRequest,
} from '../../core/pipeline/input';
import { carriedPipelineProblems } from '../../core/pipeline/carried-pipeline';
import { checkInput, type Checked, type InputProblem } from '../../core/validation';
import { mayBeEarlier } from '../runtime/earlier-input';
import { carriedFromOutside } from '../runtime/hand-over';
import { invalidInput } from '../runtime/invalid-input';

/**
 * Checks the input of a pipeline. By the rules of release 0.2, also checks its workflow id and the state from the
 * previous run. Fails with `InvalidInput`, naming the field, the value seen and the accepted form.
 */
export function acceptInput(input: ImportRecordsInput, release02: boolean): ImportRecordsRequest {
  const checked = readInput(input, release02);
  const problems = [
    ...(checked.ok ? [] : checked.problems),
    ...(release02
      ? carriedFromOutside((input as Partial<ImportRecordsInput> | null)?.carried, release02)
      : []),
    ...(release02 && checked.ok ? [...problemsOfId(checked.value), ...valueProblems(checked.value)] : []),
  ];
  if (checked.ok && problems.length === 0) return checked.value;
  const { failure, error } = invalidInput('importRecords cannot use its input', problems);
  showDetails(refusedDetails('importRecords', failure));
  throw error;
}

/** Parses an input by the rules of its run. */
function readInput(input: unknown, release02: boolean): Checked<ImportRecordsRequest> {
  if (!release02) return checkInput(importRecordsInputSchemaOf010, input);
  return checkInput(importRecordsInputSchema, mayBeEarlier(input) ? withUnits(input) : input);
}

/** Checks the values of a state from the previous run, after its form. */
function valueProblems({ carried }: ImportRecordsRequest): InputProblem[] {
  return carried === undefined ? [] : carriedPipelineProblems(carried, workflowInfo().workflowId);
}

/** Only at the start, so that a pipeline started before this rule continues. */
function problemsOfId({ carried }: ImportRecordsRequest): InputProblem[] {
  const problem = workflowIdProblem(workflowInfo().workflowId, maxPipelineIdBytes);
  return problem === null || carried !== undefined ? [] : [problem];
}
