import { activityInfo, ApplicationFailure, cancellationSignal, heartbeat } from '@temporalio/activity';
import { heartbeating } from './heartbeating';
import { outOfTime, turnFailure } from './to-failure';

/** Maximum number of attempts that time out or lose their worker. */
export const maxLostAttempts = 5;
/** How long to wait for unavailable storage. */
export const maxAwayMs = 24 * 3_600_000;
/** If storage fails this long after an attempt began, it was available in between. */
const atWorkMs = 10 * 60_000;
/**
 * After this time without an attempt, for example without a worker, nobody knows whether the storage was unavailable.
 */
const untriedMs = 15 * 60_000;

/** Thrown by a task that waited for its turn in vain. It has done nothing. */
export class NoTurn extends Error {
  override readonly name = 'NoTurn';
}

/** What heartbeats carry to the next attempt. The server keeps the last ones, however an attempt ends. */
interface CarriedDetails {
  /** Number of earlier attempts that ended by themselves. All others timed out or lost their worker. */
  ended: number;
  /** Since when the storage has been unavailable, in milliseconds since 1970, or null. */
  awaySince: number | null;
  /** When an attempt last did any work, in milliseconds since 1970, or null. */
  lastTriedAt: number | null;
  /** The progress of the last attempt, in words, or null. */
  seen: string | null;
}

/**
 * Runs one attempt of an activity with heartbeats, and limits its retries. Fails with `OutOfTime` once {@link
 * maxLostAttempts} attempts have timed out or lost their worker. A failure becomes final once the storage has been
 * unavailable for {@link maxAwayMs}. `what` names the work in messages, and the task can note its progress. `toFailure`
 * converts errors of the task that are not failures yet. A task that had no turn ({@link NoTurn}) counts neither as
 * lost nor as unavailable storage.
 */
export async function withAttempts<T>(
  what: string,
  task: (note: (seen: string) => void) => Promise<T>,
  toFailure: (error: unknown) => ApplicationFailure,
): Promise<T> {
  const info = activityInfo();
  const { attempt } = info;
  const carried = readCarried(info.heartbeatDetails as unknown, attempt);
  if (attempt - 1 - carried.ended >= maxLostAttempts) throw outOfTime(what, maxLostAttempts, carried.seen);
  const beganAt = Date.now();
  const { lastTriedAt } = carried;
  if (lastTriedAt !== null && beganAt - lastTriedAt > untriedMs) carried.awaySince = null;
  carried.lastTriedAt = beganAt;
  const note = (seen: string) => void (carried.seen = seen);
  // Most activities end before their first attempt needs a heartbeat.
  if (attempt > 1) heartbeat(carried);
  try {
    return await heartbeating(() => task(note), carried);
  } catch (error) {
    carried.ended += 1;
    const isCancelled = cancellationSignal().aborted;
    const hadTurn = !(error instanceof NoTurn);
    carried.lastTriedAt = hadTurn ? Date.now() : lastTriedAt;
    const failureOf = () => {
      if (!hadTurn) return turnFailure(error);
      return unlessAway(error instanceof ApplicationFailure ? error : toFailure(error), carried, beganAt);
    };
    const failure: unknown = isCancelled ? cancellationSignal().reason : failureOf();
    heartbeat(carried); // reaches the server with the failure
    throw failure;
  }
}

/** Records that the storage is unavailable. Makes the failure final if it has been for too long. */
function unlessAway(
  failure: ApplicationFailure,
  carried: CarriedDetails,
  beganAt: number,
): ApplicationFailure {
  if (failure.nonRetryable === true) return failure;
  const now = Date.now();
  if (carried.awaySince === null || now - beganAt >= atWorkMs) carried.awaySince = now;
  return now - carried.awaySince < maxAwayMs ? failure : asFinal(failure);
}

function asFinal({ type, message, details, cause }: ApplicationFailure): ApplicationFailure {
  return new ApplicationFailure(message, type, true, details, cause);
}

/**
 * Reads what earlier attempts reported. Without a report, as in an activity that 0.1.0 started, only the last attempt
 * is assumed to have timed out, possibly before its first heartbeat.
 */
function readCarried(details: unknown, attempt: number): CarriedDetails {
  const { ended, awaySince, lastTriedAt, seen } = (details ?? {}) as Partial<
    Record<keyof CarriedDetails, unknown>
  >;
  return {
    ended: typeof ended === 'number' ? ended : Math.max(0, attempt - 2),
    awaySince: typeof awaySince === 'number' ? awaySince : null,
    lastTriedAt: typeof lastTriedAt === 'number' ? lastTriedAt : null,
    seen: typeof seen === 'string' ? seen : null,
  };
}
