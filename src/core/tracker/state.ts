import { z } from 'zod';
import { maxDurationMs } from '../duration';
import { importJobSchema } from '../api/import-job';
import { problemCodes } from './outcome';
import { progressPointsSchema, timeSchema } from './forecast/progress-points';
import { timekeepingSchema } from './timekeeping';

/**
 * Everything a tracker knows, as plain data. Times are milliseconds on the workflow's clock. The tracker hands it over
 * when it continues as new, possibly to a worker of another version. Unknown fields are dropped, so a field added later
 * needs a default.
 */
export const trackerStateSchema = z.object({
  startedAtMs: timeSchema,
  /** Start of retention until the job shows `expires_at`. */
  submittedAtMs: timeSchema,
  /** When to stop waiting; null means at the end of retention. */
  waitUntilMs: timeSchema.nullable(),
  /** Number of polls started. */
  polls: z.number().int(),
  /** When the last poll ended; null before the first. */
  lastPollAtMs: timeSchema.nullable(),
  /** Whether the API has ever given a usable answer, including 404. */
  answered: z.boolean(),
  /** The job as last seen, without results. */
  job: importJobSchema.nullable(),
  /** The server's clock minus ours, from the fastest exchange that was believed. */
  clock: z.object({ offsetMs: z.number(), roundTripMs: z.number() }).nullable(),
  /** Null in a run started by a version that believed every date of the API. Such a run keeps its old rules. */
  timekeeping: timekeepingSchema.nullable().default(null),
  /** Until when the server asked us not to send requests. */
  hintUntilMs: timeSchema.nullable(),
  /** The consecutive 404s that are being confirmed. */
  missing: z.object({ sinceMs: timeSchema, polls: z.number().int() }).nullable(),
  problem: z.object({ code: z.enum(problemCodes), message: z.string(), since: z.string() }).nullable(),
  /**
   * Start of the current series of problems, of any kind; null without a problem, and in a state from an older version.
   */
  troubledSinceMs: timeSchema.nullable().default(null),
  /** The first progress seen, from which the rate is computed. */
  firstProgress: z.object({ atMs: timeSchema, processed: z.number() }).nullable(),
  /**
   * The observed progress, for predicting the end; null before the first usable counters, and in a run started by an
   * older version.
   */
  progressPoints: progressPointsSchema.nullable().default(null),
  /** Random number from 0 to 1 that shortens the current wait. */
  draw: z.number().min(0).max(1),
  /** Whether a poll was requested. */
  pollNow: z.boolean(),
  /** The search attributes as last written. */
  published: z.object({ status: z.string(), expiresAt: z.string() }).nullable(),
});

export type TrackerState = z.infer<typeof trackerStateSchema>;

/**
 * The state of a new tracker. A `submittedAt` in the future (the caller's clock is ahead) counts as now, and one more
 * than a year ago counts as a year ago.
 */
export function newTrackerState(start: {
  startedAtMs: number;
  submittedAt: string | undefined;
  waitTimeoutMs: number | undefined;
  draw: number;
}): TrackerState {
  const submittedAtMs = start.submittedAt === undefined ? start.startedAtMs : Date.parse(start.submittedAt);
  return {
    startedAtMs: start.startedAtMs,
    submittedAtMs: Math.max(Math.min(submittedAtMs, start.startedAtMs), start.startedAtMs - maxDurationMs),
    waitUntilMs: start.waitTimeoutMs === undefined ? null : start.startedAtMs + start.waitTimeoutMs,
    polls: 0,
    lastPollAtMs: null,
    answered: false,
    job: null,
    clock: null,
    timekeeping: null,
    hintUntilMs: null,
    missing: null,
    problem: null,
    troubledSinceMs: null,
    firstProgress: null,
    progressPoints: null,
    draw: start.draw,
    pollNow: false,
    published: null,
  };
}
