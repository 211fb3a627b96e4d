import { z } from 'zod';
import { maxDurationMs } from '../duration';
import { importJobSchema } from '../api/import-job';
import { problemCodes } from './outcome';
import { progressPointsSchema, timeSchema } from './forecast/progress-points';
import { timekeepingSchema } from './timekeeping';

/**
 * Everything a tracker knows, as plain data: what was seen so far and when. Times are milliseconds on the workflow's
 * clock. It is handed from run to run when the tracker continues as new, maybe to a worker of another version: fields
 * unknown here are dropped, and a field added later must have a default.
 */
export const trackerStateSchema = z.object({
  startedAtMs: timeSchema,
  /** Start of the retention clock until the job has shown `expires_at`. */
  submittedAtMs: timeSchema,
  /** When to stop waiting; null means at the end of retention. */
  waitUntilMs: timeSchema.nullable(),
  /** Polls begun. */
  polls: z.number().int(),
  /** When the last poll ended; null before the first. */
  lastPollAtMs: timeSchema.nullable(),
  /** Whether the API has ever given a usable answer, 404 included. */
  answered: z.boolean(),
  /** The job as last seen, without results. */
  job: importJobSchema.nullable(),
  /** The server's clock minus ours, from the exchange that took the shortest time of those that are believed. */
  clock: z.object({ offsetMs: z.number(), roundTripMs: z.number() }).nullable(),
  /** Null in a run begun by a version that believed every date that the API tells: it decides as it always did. */
  timekeeping: timekeepingSchema.nullable().default(null),
  /** Until when the server asked to be left alone. */
  hintUntilMs: timeSchema.nullable(),
  /** The 404s in a row that are being confirmed. */
  missing: z.object({ sinceMs: timeSchema, polls: z.number().int() }).nullable(),
  problem: z.object({ code: z.enum(problemCodes), message: z.string(), since: z.string() }).nullable(),
  /** Since when there has been a problem, whichever; null without one, and in what an older version handed over. */
  troubledSinceMs: timeSchema.nullable().default(null),
  /** The first progress seen, for the rate. */
  firstProgress: z.object({ atMs: timeSchema, processed: z.number() }).nullable(),
  /**
   * What was seen of the rows done, for predicting the end; null before the first usable counters, and in a run begun
   * by an older version.
   */
  progressPoints: progressPointsSchema.nullable().default(null),
  /** Random number from 0 to 1 that shortens the present wait. */
  draw: z.number().min(0).max(1),
  /** Somebody asked for a poll at once. */
  pollNow: z.boolean(),
  /** The search attributes as last written. */
  published: z.object({ status: z.string(), expiresAt: z.string() }).nullable(),
});

export type TrackerState = z.infer<typeof trackerStateSchema>;

/**
 * The state of a tracker that has seen nothing yet. A `submittedAt` in the future (a caller's clock that is ahead)
 * counts as now, one more than a year ago as a year ago.
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
