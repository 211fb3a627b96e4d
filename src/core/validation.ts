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
 * one by one.
 */
export function checkInput<S extends z.ZodType>(schema: S, input: unknown): Checked<z.output<S>> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        field: fieldPath([...issue.path, key]),
        seen: show(valueAt(input, [...issue.path, key])),
        accepted: 'no such field',
      }));
    }
    return [
      { field: fieldPath(issue.path), seen: show(valueAt(input, issue.path)), accepted: issue.message },
    ];
  });
  return { ok: false, problems };
}

/**
 * The problems as one line of text: `jobId: saw 12, expected a string …; …`. At most twenty of them, so that no input
 * makes an error of any size.
 */
export function describeProblems(problems: InputProblem[]): string {
  const shown = problems
    .slice(0, shownProblems)
    .map(({ field, seen, accepted }) => `${shorten(field) || 'input'}: saw ${seen}, expected ${accepted}`);
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
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
