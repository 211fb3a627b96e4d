import { z } from 'zod';
import { timeSchema } from './forecast/progress-points';

/** What a tracker keeps so that a wrong clock or date of the API ends nothing. */
export const timekeepingSchema = z.object({
  /** Start of the last poll that showed the job; null before the first. */
  shownAtMs: timeSchema.nullable(),
  /** Consecutive readings of the API's clock that agree with each other, but not with the believed one. */
  doubted: z.object({ offsetMs: z.number(), sinceMs: timeSchema, polls: z.number().int() }).nullable(),
  /** Whether the job's `expires_at` had already passed when it was first shown. If so, it is ignored. */
  isStale: z.boolean(),
  /** How often the job's `expires_at` has changed. */
  moves: z.number().int(),
});
export type Timekeeping = z.infer<typeof timekeepingSchema>;

export const newTimekeeping: Timekeeping = { shownAtMs: null, doubted: null, isStale: false, moves: 0 };

/**
 * Maximum offset of the first reading from the workflow's clock to be believed at once. Hosts that are in another time
 * zone or a day off do occur.
 */
const maxFirstOffsetMs = 26 * 3_600_000;
/** Maximum difference of a reading from the believed clock: clocks drift, and a poll takes up to two minutes. */
const maxDriftMs = 5 * 60_000;
/** A clock that has jumped is believed after this many consecutive polls agree over at least this time. */
const jumpPolls = 3;
const jumpMs = 5 * 60_000;

/** The believed clock of the API: how far it is ahead of ours, and how long the exchange took. */
interface ClockFacts {
  clock: { offsetMs: number; roundTripMs: number } | null;
  timekeeping: Timekeeping | null;
}

/** The clock after a reading of the API's. */
export interface ClockReading extends ClockFacts {
  /** Whether the time in the answer can be trusted. */
  isBelieved: boolean;
}

/**
 * Reads the `Date` header of an answer. A clock that jumps is not believed until other answers confirm it, because a
 * single wrong header must not end the tracking of an import. A run started before this rule still believes every
 * header.
 */
export function readClock(
  { clock, timekeeping }: ClockFacts,
  serverTime: string | null,
  times: { beganAtMs: number; endedAtMs: number },
): ClockReading {
  const server = Date.parse(serverTime ?? '');
  if (Number.isNaN(server)) return { clock, timekeeping, isBelieved: false };
  // Measured from the start of the poll: an error then makes retention end early, never late.
  const reading = { offsetMs: server - times.beganAtMs, roundTripMs: times.endedAtMs - times.beganAtMs };
  // The fastest exchange is the most accurate.
  const better = clock !== null && clock.roundTripMs <= reading.roundTripMs ? clock : reading;
  if (timekeeping === null) return { clock: better, timekeeping, isBelieved: true };
  const believable =
    clock === null
      ? Math.abs(reading.offsetMs) <= maxFirstOffsetMs
      : isNear(clock.offsetMs, reading.offsetMs);
  if (believable) return { clock: better, timekeeping: { ...timekeeping, doubted: null }, isBelieved: true };
  const doubted = doubt(timekeeping.doubted, reading.offsetMs, times.beganAtMs);
  return doubted.polls >= jumpPolls && times.beganAtMs - doubted.sinceMs >= jumpMs
    ? { clock: reading, timekeeping: { ...timekeeping, doubted: null }, isBelieved: true }
    : { clock, timekeeping: { ...timekeeping, doubted }, isBelieved: false };
}

function doubt(before: Timekeeping['doubted'], offsetMs: number, nowMs: number): NonNullable<typeof before> {
  return before !== null && isNear(before.offsetMs, offsetMs)
    ? { ...before, polls: before.polls + 1 }
    : { offsetMs, sinceMs: nowMs, polls: 1 };
}

const isNear = (offsetMs: number, otherMs: number) => Math.abs(offsetMs - otherMs) <= maxDriftMs;
