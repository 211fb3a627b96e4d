import { z } from 'zod';
import { timeSchema } from './forecast/progress-points';

/** What a tracker remembers so that a wrong clock or date of the API's ends nothing. */
export const timekeepingSchema = z.object({
  /** When the poll that last showed the job began; null before one did. */
  shownAtMs: timeSchema.nullable(),
  /** Readings of the API's clock in a row that agree with each other, but not with what is believed. */
  doubted: z.object({ offsetMs: z.number(), sinceMs: timeSchema, polls: z.number().int() }).nullable(),
  /** Whether the job's `expires_at` was over when it was first shown: then it says nothing. */
  isStale: z.boolean(),
  /** How often the job has shown another `expires_at` than before. */
  moves: z.number().int(),
});
export type Timekeeping = z.infer<typeof timekeepingSchema>;

export const newTimekeeping: Timekeeping = { shownAtMs: null, doubted: null, isStale: false, moves: 0 };

/**
 * How far the first reading may be from the workflow's clock, and still be believed at once: hosts with a clock in
 * another time zone, or a day off, are met in practice.
 */
const maxFirstOffsetMs = 26 * 3_600_000;
/** How far a reading may be from what is believed: clocks drift, and a poll takes up to two minutes. */
const maxDriftMs = 5 * 60_000;
/** A clock that has jumped is believed after so many polls in a row, over at least so long, that agree. */
const jumpPolls = 3;
const jumpMs = 5 * 60_000;

/** What is believed of the API's clock: how far it is ahead of ours, and how long the exchange took that told it. */
interface ClockFacts {
  clock: { offsetMs: number; roundTripMs: number } | null;
  timekeeping: Timekeeping | null;
}

/** A reading of the API's clock, taken in. */
export interface ClockReading extends ClockFacts {
  /** Whether the time that the answer told may be gone by. */
  isBelieved: boolean;
}

/**
 * Takes in the `Date` header of an answer. One that jumps is not believed until others confirm it: a single wrong
 * header must not end an import. A run begun before this rule believes all, as it always did.
 */
export function readClock(
  { clock, timekeeping }: ClockFacts,
  serverTime: string | null,
  times: { beganAtMs: number; endedAtMs: number },
): ClockReading {
  const server = Date.parse(serverTime ?? '');
  if (Number.isNaN(server)) return { clock, timekeeping, isBelieved: false };
  // Counted from the beginning: the error then makes the end of retention come early, never late.
  const reading = { offsetMs: server - times.beganAtMs, roundTripMs: times.endedAtMs - times.beganAtMs };
  // The shortest exchange is the least uncertain.
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
