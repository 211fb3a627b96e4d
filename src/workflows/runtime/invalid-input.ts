import { ApplicationFailure } from '@temporalio/workflow';
import type { FailureType } from '../../core/failures';
import { describeProblems, type InputProblem } from '../../core/validation';

const type: FailureType = 'InvalidInput';

/**
 * The failure `InvalidInput`, naming the field, the value seen and the accepted form of each problem.
 * @param refusal who cannot use what, such as `trackImport cannot use its input`
 */
export function invalidInput(
  refusal: string,
  problems: InputProblem[],
): { failure: { type: FailureType; message: string }; error: ApplicationFailure } {
  const message = `${refusal}: ${describeProblems(problems)}`;
  return { failure: { type, message }, error: ApplicationFailure.nonRetryable(message, type) };
}
