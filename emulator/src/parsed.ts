import type { z } from 'zod';
import { checkInput, describeProblems } from './validation';

/** The value by its schema. Throws a `TypeError` that begins with `what` and names every field that cannot be used, with the accepted form. */
export function parsed<S extends z.ZodType>(schema: S, input: unknown, what: string): z.output<S> {
  const checked = checkInput(schema, input);
  if (checked.ok) return checked.value;
  // A value without fields needs no name but `what`.
  throw new TypeError(`${what}: ${describeProblems(checked.problems).replace(/^input: /, '')}`);
}
