import { activityInputs } from './activity-inputs';
import { checkInput, describeProblems } from '../core/validation';
import { invalidInput } from './to-failure';

type Checked = keyof typeof activityInputs;

/**
 * The same activities with checked inputs: an input of another form fails with `InvalidInput`, naming the field, the
 * value seen and the accepted form. The activities of a pipeline check themselves that the input belongs to the caller.
 */
export function checkedActivities<A extends object>(activities: A): A {
  const checked = Object.entries(activities as Record<string, (input: never) => unknown>).map(
    ([name, run]) => [name, name in activityInputs ? guarded(name as Checked, run) : run] as const,
  );
  return Object.fromEntries(checked) as A;
}

const guarded =
  (name: Checked, run: (input: never) => unknown) =>
  (input: unknown): unknown => {
    const form = checkInput(activityInputs[name], input);
    if (!form.ok) {
      const problems = describeProblems(form.problems);
      return Promise.reject(invalidInput(`${name} cannot use its input: ${problems}`));
    }
    return run(input as never);
  };
