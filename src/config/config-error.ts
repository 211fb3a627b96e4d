import { describeProblems, type Checked, type InputProblem } from '../core/validation';

/**
 * The environment cannot be used. The message lists every problem: variable, value seen (hidden for secrets), accepted
 * form.
 */
export class ConfigError extends Error {
  override name = 'ConfigError';
  constructor(readonly problems: InputProblem[]) {
    super(describeProblems(problems));
  }
}

/** A failed check with a single problem. */
export const oneProblem = (field: string, seen: string, accepted: string): Checked<never> => ({
  ok: false,
  problems: [{ field, seen, accepted }],
});
