import { z } from 'zod';

// The workflow sandbox and hosts with a Content-Security-Policy forbid or discourage generated code; interpreted
// schemas work the same everywhere. The other settings are what zod would set itself on first use. In a worker that is
// too late: all workflows share one zod, which is frozen once this module has run.
z.config({ jitless: true, memoizer: z.memoizer(), ...z.locales.en() });

/** One problem of an input: the field, the value seen, and the accepted form. */
export interface InputProblem {
  /** Path such as `polling.initialInterval` or `notify[0].signal`; empty for the input as a whole. */
  field: string;
  seen: string;
  accepted: string;
}

/** The parsed value, or all problems. */
export type Checked<T> = { ok: true; value: T } | { ok: false; problems: InputProblem[] };

const shownCharacters = 120;
const shownProblems = 20;

/**
 * Checks an input against its schema. The schema's own messages must state the accepted form. Unknown fields are listed
 * one by one. Returns at most 21 problems: 20 to show, and one to say that there are more.
 */
export function checkInput<S extends z.ZodType>(schema: S, input: unknown): Checked<z.output<S>> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems: InputProblem[] = [];
  // One more than is shown proves that there are more. Describing all of them could take forever.
  for (const { path, accepted } of places(parsed.error.issues)) {
    problems.push({ field: fieldPath(path), seen: show(valueAt(input, path)), accepted });
    if (problems.length > shownProblems) break;
  }
  return { ok: false, problems };
}

/** The location of a problem. */
interface Place {
  path: readonly PropertyKey[];
  accepted: string;
}

/** Yields each location of a problem. Every unknown field is its own location. */
function* places(
  issues: readonly z.core.$ZodIssue[],
  within: readonly PropertyKey[] = [],
): Generator<Place, undefined> {
  for (const issue of issues) {
    const path = [...within, ...issue.path];
    const inside = issue.code === 'invalid_union' ? nearestForm(issue.errors, path) : null;
    if (inside !== null) yield* inside;
    else if (issue.code !== 'unrecognized_keys') yield { path, accepted: issue.message };
    else for (const key of issue.keys) yield { path: [...path, key], accepted: 'no such field' };
  }
}

/** For a union of several forms, the differences from the closest form; null if the value resembles none. */
function nearestForm(
  forms: readonly (readonly z.core.$ZodIssue[])[],
  path: readonly PropertyKey[],
): Place[] | null {
  const differing = forms.map((issues) => [...places(issues, path)]);
  const [nearest] = differing.sort((one, other) => one.length - other.length);
  return nearest?.every((place) => place.path.length > path.length) === true ? nearest : null;
}

/**
 * Formats problems on one line: `jobId: saw 12, expected a string …; …`. Shows at most twenty, so that no input can
 * make an error of unbounded size.
 */
export function describeProblems(problems: InputProblem[]): string {
  const shown = problems
    .slice(0, shownProblems)
    .map(({ field, seen, accepted }) => `${shorten(field) || 'input'}: saw ${seen}, expected ${accepted}`);
  return [...shown, ...(problems.length > shown.length ? ['and more'] : [])].join('; ');
}

function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  );
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
}

/** A value as errors show it: JSON, truncated, control characters escaped; `nothing` if absent. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  try {
    return shorten(JSON.stringify(value) ?? typeof value);
  } catch {
    return `a value of type ${typeof value} that is nested too deeply`;
  }
}

const shorten = (text: string) =>
  text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
