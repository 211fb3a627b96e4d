import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { durationSchema } from './duration';
import { objectTypeSchema, retentionMs } from './prism/contract';
import { parsed, type Problem } from './parsed';
import { clockSchema } from './clock';
import { propertySchema } from './prism/imports/property';
import { jobScriptSchema } from './prism/jobs/job-script';
import { ruleSchema } from './rules/rule';
import { shareSchema } from './share';

// JSON cannot express `Infinity`: a settings file omits the setting, or says null, for no limit.
const limit = z
  .custom<number | null>((value) => value === null || (typeof value === 'number' && value >= 0), {
    error: 'a number from 0, Infinity, or null for no limit',
  })
  .transform((value) => value ?? Infinity);
const choice = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: `one of ${values.join(', ')}` });
const text = z.string({ error: 'a text' }).min(1, { error: 'a text that is not empty' });
const port = z
  .int({ error: 'a port number' })
  .min(0, { error: 'a port number' })
  .max(65_535, { error: 'a port number' });
const seconds = z
  .number({ error: 'a number of seconds from 0' })
  .min(0, { error: 'a number of seconds from 0' });
const statusForm = 'an HTTP status from 400 to 599';
const errorStatus = z
  .int({ error: statusForm })
  .min(400, { error: statusForm })
  .max(599, { error: statusForm });
const accessForm = 'a key, a list of keys, or the teams of each key';

/**
 * The emulator's settings. Each has a default; "question" refers to a gap in the API's documentation
 * (docs/emulator/settings.md).
 */
const settingsSchema = z.strictObject({
  /** Port to listen on; default 0, any free one. */
  port: port.default(0),
  /** Address to listen on; default 127.0.0.1. */
  host: text.default('127.0.0.1'),
  /** Port of the admin API, always on 127.0.0.1; 0 for any free one; default: no admin API. */
  adminPort: port.optional(),
  /**
   * The accepted key or keys, or the teams that each key may use; other teams get 403. Default: any key that is not
   * empty, for all teams.
   */
  apiKey: z
    .union(
      [
        text.transform((key) => [key]),
        z.array(text).min(1),
        z.record(text, z.array(text)).transform((teams) => new Map(Object.entries(teams))),
      ],
      { error: accessForm },
    )
    .optional(),
  /** The existing teams; others get 403. Default: any. */
  teams: z.array(text, { error: 'a list of team ids' }).optional(),
  /** The clock; default `real`. Progress, retention, idempotency keys, rate limits and the `Date` header follow it. */
  clock: clockSchema.default('real'),
  /** Makes ids and random values the same in every run; default: a new seed. */
  seed: z
    .union([z.string(), z.number()], { error: 'a text or a number' })
    .transform(String)
    .default(() => randomUUID()),
  /** 2: the fields of the newest SDKs; 1: without `input_index`, `updated` and the options that came with them. */
  generation: z.union([z.literal(1), z.literal(2)], { error: '1 or 2' }).default(2),

  /**
   * Imports with at least this many rows become jobs; smaller ones are answered at once (question 1). 0: all become
   * jobs, Infinity or null: none. Default 100.
   */
  asyncThreshold: limit.default(100),
  /** Largest request body (question 3); default 10 MiB. */
  maxBodyBytes: limit.default(10 * 1024 * 1024),
  /** The answer to a larger body (question 3); default 413 in the documented envelope. */
  oversizeAnswer: z
    .strictObject({
      status: errorStatus.default(413),
      envelope: choice('standard', 'flat').default('standard'),
    })
    .default({ status: 413, envelope: 'standard' }),
  /** Maximum number of rows in an import, and the answer to more (question 2); default: no cap. */
  rowCap: z
    .strictObject({
      rows: z.int({ error: 'a number of rows' }).min(1, { error: 'a number of rows from 1' }),
      status: z
        .union([z.literal(400), z.literal(413), z.literal(422)], { error: '400, 413 or 422' })
        .default(400),
      code: text.default('too_many_rows'),
    })
    .optional(),
  /** Body of the 404 of a job (question 8): the documented envelope, a flat one, or none. */
  missingJobBody: choice('standard', 'flat', 'empty').default('standard'),
  /** Whether the 404 of an expired job has the code `expired` instead of `not_found` (question 8). */
  tellExpired: z.boolean({ error: 'true or false' }).default(false),
  /** How long a job's status is available; default 7 days. */
  retention: durationSchema.default(retentionMs),
  /** When retention starts (question 10). With `completion`, it counts from creation while the job runs. */
  retentionFrom: choice('creation', 'update', 'completion').default('creation'),
  /** When `expires_at` is sent (question 10). */
  expiresAtSent: choice('always', 'finished', 'never').default('always'),
  /** The results of a complete job (question 12): all, the first few, or none. */
  results: z
    .union([z.enum(['all', 'omitted']), z.strictObject({ truncate: z.int().min(0) })], {
      error: "'all', 'omitted' or {truncate: number}",
    })
    .default('all'),
  /** Order of the results (question 13). */
  resultsOrder: choice('input', 'shuffled').default('input'),
  /** Share of rows without a result (question 13). */
  resultsMissing: shareSchema.default(0),
  /** The results of a running or failed job (question 14). */
  unfinishedResults: choice('absent', 'empty', 'partial').default('absent'),
  /** The `Location` of a 202 (question 22). */
  location: choice('path', 'absolute', 'none').default('path'),
  /**
   * Seconds that `Retry-After` advises on a 202 and on the status of a running job (question 23); default: not sent.
   */
  pollHint: z
    .strictObject(
      { launch: seconds.optional(), status: seconds.optional() },
      { error: '{launch, status} in seconds' },
    )
    .default({}),
  /**
   * The answer to a second request with a key while the first is in progress (question 28): 409, 425, or the first
   * one's answer.
   */
  keyInProgress: choice('conflict', 'too-early', 'wait').default('conflict'),
  /** Whether a key belongs to a team or to an API key (question 29). */
  keyScope: choice('team', 'api-key').default('team'),
  /** What makes two bodies equal (question 29): their JSON value, or their bytes. */
  keyBody: choice('json', 'bytes').default('json'),
  /**
   * Which failed requests free their key, so that a retry is executed (question 29). With `never`, it stays in progress
   * after a 5xx.
   */
  keyFreedAfter: choice('5xx', '4xx-and-5xx', 'never').default('5xx'),

  /** Requests per second and key; more get 429 with `Retry-After`. Default: no limit; the documented limit is 10. */
  requestsPerSecond: limit.default(Infinity),
  /** Requests per calendar month (UTC) and key; more get 429. Default: no limit; the documented quota is 1,000. */
  requestsPerMonth: limit.default(Infinity),

  /** How imports proceed. */
  job: jobScriptSchema.default({}),
  /** Overrides `job` by team id. */
  teamJobs: z.record(text, jobScriptSchema).default({}),
  /**
   * Property definitions by kind and slug, in addition to the native ones. Properties without a definition accept any
   * value.
   */
  properties: z.partialRecord(objectTypeSchema, z.record(text, propertySchema)).default({}),
  /** The object in an answer with definitions: the kind with definitions by id, or only the latter. */
  definitionsBy: choice('kind', 'id').default('kind'),
  /** Whether a property without a definition fails the row, for kinds that have definitions. */
  strictProperties: z.boolean({ error: 'true or false' }).default(false),
  /** The lists of each team, for reading back. */
  lists: z
    .array(z.strictObject({ id: z.guid(), name: text, object_type: objectTypeSchema, team_id: text }))
    .default([]),
  /** Rules that apply from the start. */
  rules: z.array(ruleSchema).default([]),

  /** File to which the journal is appended as JSON lines; default: none. */
  journalFile: text.optional(),
  /** File for all state, so that nothing is lost if the emulator is killed and restarted; default: memory only. */
  stateFile: text.optional(),
});

/**
 * The name of every setting.
 *
 * @example
 * import { settingNames } from 'prism-emulator';
 *
 * const unknown = Object.keys(settings).filter((name) => !settingNames.includes(name));
 */
export const settingNames: readonly string[] = Object.keys(settingsSchema.shape);

/** Settings as callers write them. */
export type EmulatorOptions = z.input<typeof settingsSchema>;

/** {@link EmulatorOptions} with the defaults filled in. */
export type EmulatorSettings = z.output<typeof settingsSchema>;

/**
 * Fills in the defaults. Throws a `TypeError` that names every invalid option and the accepted form; does not show an
 * invalid `apiKey`.
 */
export function emulatorSettings(options: EmulatorOptions = {}): EmulatorSettings {
  return parsed(settingsSchema, options, 'The emulator cannot start with these options', hideKeys);
}

function hideKeys(problem: Problem): Problem {
  if (!/key(?!InProgress|Scope|Body|FreedAfter)/i.test(problem.field)) return problem;
  return { ...problem, field: problem.field.replace(/^(apiKey).*/s, '$1'), seen: 'something else' };
}
