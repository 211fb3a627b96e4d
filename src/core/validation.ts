import { z } from 'zod';

// The workflow sandbox and Content-Security-Policy hosts forbid or discourage generated code; interpreted schemas act
// the same everywhere. The rest is what zod would set by itself at the first schema, too late in a worker: there all
// workflows share one zod, which is frozen once this module has run.
z.config({ jitless: true, memoizer: z.memoizer(), ...z.locales.en() });

/** One thing wrong with an input: which field, what was seen there, and the form that is accepted. */
export interface InputProblem {
  /** Path such as `polling.initialInterval` or `notify[0].signal`; empty for the input as a whole. */
  field: string;
  seen: string;
  accepted: string;
}

/** Either the parsed value or everything that is wrong with it. */
export type Checked<T> = { ok: true; value: T } | { ok: false; problems: InputProblem[] };

const shownCharacters = 120;
const shownProblems = 20;

/**
 * Checks an input against its schema. Each schema's own message must say the accepted form; unknown fields are named
 * one by one. At most 21 problems are given: twenty to be shown, and one that says that there are more.
 */
export function checkInput<S extends z.ZodType>(schema: S, input: unknown): Checked<z.output<S>> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems: InputProblem[] = [];
  // One more than is shown says that there are more; to put all of them into words could take for ever.
  for (const { path, accepted } of places(parsed.error.issues)) {
    problems.push({ field: fieldPath(path), seen: show(valueAt(input, path)), accepted });
    if (problems.length > shownProblems) break;
  }
  return { ok: false, problems };
}

/** A place at which something is wrong. */
interface Place {
  path: readonly PropertyKey[];
  accepted: string;
}

/** Each place at which something is wrong: an unknown field is one of its own. */
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

/** Where an object differs from that of several forms which it comes nearest to; null for what has none of them. */
function nearestForm(
  forms: readonly (readonly z.core.$ZodIssue[])[],
  path: readonly PropertyKey[],
): Place[] | null {
  const differing = forms.map((issues) => [...places(issues, path)]);
  const [nearest] = differing.sort((one, other) => one.length - other.length);
  return nearest?.every((place) => place.path.length > path.length) === true ? nearest : null;
}

/**
 * The problems as one line of text: `jobId: saw 12, expected a string …; …`. At most twenty of them, so that no input
 * makes an error of any size.
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

/** A value as shown in errors: JSON, cut off, control characters escaped; `nothing` when it is missing. */
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
