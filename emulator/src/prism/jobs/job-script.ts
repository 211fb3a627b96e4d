import { z } from 'zod';
import { durationSchema } from '../../duration';
import { shareSchema } from '../../share';

const lawForm =
  'a duration, {min, max} with min at most max, {median, sigma}, or {base, perRow} with durations';

/**
 * A duration: constant, drawn evenly from a range, drawn from a log-normal distribution (`sigma` is the deviation of
 * the logarithm), or a base plus a time per row.
 */
const durationLawSchema = z.union(
  [
    durationSchema,
    z
      .strictObject({ min: durationSchema, max: durationSchema })
      .refine(({ min, max }) => min <= max, { error: lawForm }),
    z.strictObject({ median: durationSchema, sigma: z.number().min(0).max(10) }),
    z.strictObject({ base: durationSchema.default(0), perRow: durationSchema }),
  ],
  { error: lawForm },
);

const progressForm =
  "'linear', 'none', 'zero', {curve}, {bursts}, {stall: {from, until}}, {backwards: {at, to}}, or {points: [[time, done], …]} with times that do not fall";
const point = z.tuple([shareSchema, shareSchema]);

/**
 * What the counters show while the job runs, as shares of its time and rows:
 * - `linear`: they rise evenly; `none`: they are not sent; `zero`: they stay at 0 until the end;
 * - `{curve: e}`: the share of time to the power e, so slow at first if above 1; `{bursts: n}`: n equal jumps;
 * - `{stall: {from, until}}`: they do not move between two moments; `{backwards: {at, to}}`: they fall at a moment;
 * - `{points}`: straight lines between points of time and done. Two points with the same time make a jump.
 */
export const progressSchema = z.union(
  [
    z.enum(['linear', 'none', 'zero']),
    z.strictObject({ curve: z.number().positive().max(100) }),
    z.strictObject({ bursts: z.int().min(1).max(10_000) }),
    z.strictObject({
      stall: z
        .strictObject({ from: shareSchema, until: shareSchema })
        .refine(({ from, until }) => from <= until, { error: progressForm }),
    }),
    z.strictObject({ backwards: z.strictObject({ at: shareSchema, to: shareSchema }) }),
    z.strictObject({
      points: z
        .array(point)
        .min(1)
        .refine((points) => points.every(([time], index) => time >= (points[index - 1]?.[0] ?? 0)), {
          error: progressForm,
        }),
    }),
  ],
  { error: progressForm },
);

const errorSchema = z.strictObject(
  { code: z.string().optional(), message: z.string().optional() },
  { error: 'an object with code and message' },
);

const endForm = "'complete', 'never', or {failed: {code, message}, at} with a share of the rows";

/**
 * How the job ends: with results, never, or failed as a whole after a share of its rows (default 1). Rows after that
 * share leave no record.
 */
const endSchema = z.union(
  [z.enum(['complete', 'never']), z.strictObject({ failed: errorSchema, at: shareSchema.default(1) })],
  { error: endForm },
);

/**
 * Rows that fail, by the first matching rule: positions from 0, every n-th row, a random share, or rows with these
 * values in `default`.
 */
const rowRuleSchema = z
  .strictObject({
    positions: z.array(z.int().min(0)).optional(),
    every: z.int().min(1).optional(),
    share: shareSchema.optional(),
    where: z.record(z.string(), z.unknown()).optional(),
    error: errorSchema.default({ code: 'invalid_value', message: 'The row was refused by a script' }),
  })
  .refine(
    ({ positions, every, share, where }) =>
      [positions, every, share, where].filter((given) => given !== undefined).length === 1,
    { error: 'exactly one of positions, every, share and where' },
  );

/** How an import proceeds. Missing fields come from the next wider script: request, rule, team, settings. */
export const jobScriptSchema = z.strictObject(
  {
    /** From the first row to the end; default 5 s. */
    duration: durationLawSchema.optional(),
    /** Wait before the first row; default: none. */
    queue: durationLawSchema.optional(),
    progress: progressSchema.optional(),
    end: endSchema.optional(),
    /** Rows that fail regardless of their content, also in imports that are answered at once. */
    rows: z.array(rowRuleSchema).optional(),
  },
  { error: 'an object with duration, queue, progress, end or rows' },
);

export type DurationLaw = z.output<typeof durationLawSchema>;
export type Progress = z.output<typeof progressSchema>;
export type JobEnd = z.output<typeof endSchema>;
export type RowRule = z.output<typeof rowRuleSchema>;
/** A script as callers write it, with durations as texts or milliseconds. */
export type JobScriptInput = z.input<typeof jobScriptSchema>;
export type JobScript = z.output<typeof jobScriptSchema>;
