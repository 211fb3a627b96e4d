import { z } from 'zod';
import { retentionMs } from '../domain/import-job';
import { checkInput, describeProblems } from '../domain/validation';

/** The emulator's time in milliseconds since 1970. Asked once per request; may be asynchronous, as a time-skipping server's clock is. */
export type Clock = () => number | Promise<number>;

/** How long a job takes: always the same, drawn from a range, or computed from its rows and its number (from 1, in order of launch). Milliseconds. */
export type JobDuration =
  number | { min: number; max: number } | ((rows: number, jobNumber: number) => number);

/** Settings of an emulator; each has a default. */
export interface EmulatorOptions {
  /** Port to listen on; default 0, any free one. */
  port?: number;
  /** Address to listen on; default 127.0.0.1. */
  host?: string;
  /** The key or keys that are accepted, others get 403; default: any that is not empty. */
  apiKey?: string | string[];
  /** The teams that exist, others get 403; default: any. */
  teams?: string[];
  /** What time it is; default `Date.now`. Progress, retention, idempotency keys, the rate limit and the `Date` header follow it. */
  clock?: Clock;
  /** Makes ids and drawn durations the same in every run; default: random. */
  seed?: string | number;
  /** Imports of this many rows or more become jobs, smaller ones are answered at once; default 100 (the API's older text). 0: all, Infinity: none. */
  asyncThreshold?: number;
  /** How long a job takes; default 5 s. */
  jobDurationMs?: JobDuration;
  /** How long a job can be asked for, from its creation; default 7 days. */
  retentionMs?: number;
  /** Largest request body, larger ones get 413; default 10 MiB. */
  maxBodyBytes?: number;
  /** Requests per second and key, more get 429 with `Retry-After`; default Infinity, no limit. */
  requestsPerSecond?: number;
  /** File to which the journal is appended as JSON lines; default: none. */
  journalFile?: string;
}

const amount = z.custom<number>((value) => typeof value === 'number' && value >= 0, {
  error: 'a number from 0, or Infinity',
});
const span = z.custom<number>((value) => Number.isFinite(value) && (value as number) >= 0, {
  error: 'a number of milliseconds from 0',
});
const call = <F>(error: string) => z.custom<F>((value) => typeof value === 'function', { error });
const durationForm = 'milliseconds, {min, max} with min at most max, or a function of rows and job number';
const text = z.string({ error: 'a text' }).min(1, { error: 'a text that is not empty' });

const settingsSchema = z.strictObject({
  port: z.int({ error: 'a port number' }).min(0).max(65_535).default(0),
  host: text.default('127.0.0.1'),
  apiKey: z
    .union([text.transform((key) => [key]), z.array(text).min(1)], { error: 'a key or a list of keys' })
    .optional(),
  teams: z.array(text, { error: 'a list of team ids' }).optional(),
  clock: call<Clock>('a function that gives milliseconds').default(() => Date.now),
  seed: z.union([z.string(), z.number()], { error: 'a text or a number' }).optional(),
  asyncThreshold: amount.default(100),
  jobDurationMs: z
    .union(
      [
        span,
        z
          .strictObject({ min: span, max: span })
          .refine(({ min, max }) => min <= max, { error: durationForm }),
        call<(rows: number, jobNumber: number) => number>(durationForm),
      ],
      { error: durationForm },
    )
    .default(5000),
  retentionMs: span.default(retentionMs),
  maxBodyBytes: amount.default(10 * 1024 * 1024),
  requestsPerSecond: amount.default(Infinity),
  journalFile: text.optional(),
});

/** {@link EmulatorOptions} with the defaults filled in. */
export type EmulatorSettings = z.output<typeof settingsSchema>;

/** Fills in the defaults. Throws a `TypeError` that names every option that cannot be used and the accepted form; a refused `apiKey` is not shown. */
export function emulatorSettings(options: EmulatorOptions = {}): EmulatorSettings {
  const checked = checkInput(settingsSchema, options);
  if (checked.ok) return checked.value;
  const problems = checked.problems.map((problem) =>
    /key/i.test(problem.field) ? { ...problem, seen: 'something else' } : problem,
  );
  throw new TypeError(`The emulator cannot start with these options: ${describeProblems(problems)}`);
}
