import type { z } from 'zod';

/** One problem of an input. */
export interface Problem {
  /** Path such as `job.duration` or `rules[0].nth`; empty for the input as a whole. */
  field: string;
  seen: string;
  accepted: string;
}

const maxCharacters = 120;
const maxProblems = 20;

/**
 * Parses a value with its schema, whose messages say the accepted form. Throws a `TypeError` that starts with `what`
 * and names each invalid field, the value seen (changed by `redact`) and the accepted form.
 */
export function parsed<S extends z.ZodType>(
  schema: S,
  input: unknown,
  what: string,
  redact: (problem: Problem) => Problem = (problem) => problem,
): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, input)).map(redact);
  const texts = problems.slice(0, maxProblems).map(({ field, seen, accepted }) => {
    const place = field === '' ? '' : `${shortened(field)}: `;
    return `${place}saw ${seen}, expected ${accepted}`;
  });
  if (problems.length > maxProblems) texts.push(`and ${problems.length - maxProblems} more`);
  throw new TypeError(`${what}: ${texts.join('; ')}`);
}

function problemsOf(issue: z.core.$ZodIssue, input: unknown): Problem[] {
  const isUnknown = issue.code === 'unrecognized_keys';
  const paths = isUnknown ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  const accepted = isUnknown ? 'no such field' : issue.message;
  return paths.map((path) => ({ field: fieldOf(path), seen: shown(path.reduce(member, input)), accepted }));
}

function fieldOf(path: readonly PropertyKey[]): string {
  const steps = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return steps.join('').replace(/^\./, '');
}

function member(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}

/** A value as JSON, or its type if JSON cannot express it. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  try {
    return shortened(JSON.stringify(value) ?? typeof value);
  } catch {
    return `a value of type ${typeof value}`;
  }
}

const shortened = (text: string) => (text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text);
