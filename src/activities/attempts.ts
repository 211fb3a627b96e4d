import { activityInfo, ApplicationFailure, cancellationSignal, heartbeat } from '@temporalio/activity';
import { heartbeating } from './heartbeating';
import { outOfTime, turnFailure } from './to-failure';

/** Attempts that may run out of time, or lose their worker. */
export const maxLostAttempts = 5;
/** How long storage that is away is waited for. */
export const maxAwayMs = 24 * 3_600_000;
/** Storage that failed so long after an attempt began was there meanwhile. */
const atWorkMs = 10 * 60_000;
/** Time without any attempt, as without a worker: nobody knows whether the storage was away. */
const untriedMs = 15 * 60_000;

/** Thrown by a task that waited in vain for its turn: it has tried nothing. */
export class NoTurn extends Error {
  override readonly name = 'NoTurn';
}

/** What heartbeats tell the next attempt: the server keeps the last ones whatever becomes of an attempt. */
interface Told {
  /** Attempts before that came to an end of their own; all others ran out of time or lost their worker. */
  ended: number;
  /** Since when the storage is away, in milliseconds since 1970, or null. */
  awaySince: number | null;
  /** When an attempt was last at work, in milliseconds since 1970, or null. */
  lastTriedAt: number | null;
  /** How far the last attempt had come, in words, or null. */
  seen: string | null;
}

/**
 * Runs an activity that Temporal tries again: with heartbeats, and no more often than a file deserves. Fails with
 * `OutOfTime` once {@link maxLostAttempts} attempts have run out of time or lost their worker, and for good when the
 * storage has been away for {@link maxAwayMs}. `what` says what is done, for messages; the task may note how far it is.
 * `toFailure` makes failures of what the task throws, but for those that are made. A task that had no turn
 * ({@link NoTurn}) counts neither as lost nor as storage that is away.
 */
export async function withAttempts<T>(
  what: string,
  task: (note: (seen: string) => void) => Promise<T>,
  toFailure: (error: unknown) => ApplicationFailure,
): Promise<T> {
  const info = activityInfo();
  const { attempt } = info;
  const told = readTold(info.heartbeatDetails as unknown, attempt);
  if (attempt - 1 - told.ended >= maxLostAttempts) throw outOfTime(what, maxLostAttempts, told.seen);
  const beganAt = Date.now();
  const { lastTriedAt } = told;
  if (lastTriedAt !== null && beganAt - lastTriedAt > untriedMs) told.awaySince = null;
  told.lastTriedAt = beganAt;
  const note = (seen: string) => void (told.seen = seen);
  // The first attempt of most is over before it has to be known.
  if (attempt > 1) heartbeat(told);
  try {
    return await heartbeating(() => task(note), told);
  } catch (error) {
    told.ended += 1;
    const isCancelled = cancellationSignal().aborted;
    const hadTurn = !(error instanceof NoTurn);
    told.lastTriedAt = hadTurn ? Date.now() : lastTriedAt;
    const failureOf = () => {
      if (!hadTurn) return turnFailure(error);
      return unlessAway(error instanceof ApplicationFailure ? error : toFailure(error), told, beganAt);
    };
    const failure: unknown = isCancelled ? cancellationSignal().reason : failureOf();
    heartbeat(told); // goes to the server with the failure
    throw failure;
  }
}

/** Notes that the storage is away; the failure is final once it has been for too long. */
function unlessAway(failure: ApplicationFailure, told: Told, beganAt: number): ApplicationFailure {
  if (failure.nonRetryable === true) return failure;
  const now = Date.now();
  if (told.awaySince === null || now - beganAt >= atWorkMs) told.awaySince = now;
  return now - told.awaySince < maxAwayMs ? failure : asFinal(failure);
}

function asFinal({ type, message, details, cause }: ApplicationFailure): ApplicationFailure {
  return new ApplicationFailure(message, type, true, details, cause);
}

/**
 * Without a word of the attempts before, as in an activity that 0.1.0 began, only the last may have run out of time:
 * it may have been too short for a heartbeat.
 */
function readTold(details: unknown, attempt: number): Told {
  const { ended, awaySince, lastTriedAt, seen } = (details ?? {}) as Partial<Record<keyof Told, unknown>>;
  return {
    ended: typeof ended === 'number' ? ended : Math.max(0, attempt - 2),
    awaySince: typeof awaySince === 'number' ? awaySince : null,
    lastTriedAt: typeof lastTriedAt === 'number' ? lastTriedAt : null,
    seen: typeof seen === 'string' ? seen : null,
  };
}
