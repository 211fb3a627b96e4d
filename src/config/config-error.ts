import { describeProblems, type InputProblem } from '../core/validation';

/**
 * The environment cannot be used. The message lists every problem: variable, value seen (never a secret's), accepted
 * form.
 */
export class ConfigError extends Error {
  override name = 'ConfigError';
  constructor(readonly problems: InputProblem[]) {
    super(describeProblems(problems));
  }
}
