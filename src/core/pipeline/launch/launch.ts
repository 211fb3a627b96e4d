import type { FailureType } from '../../failures';
import { idempotencyKeyLifeMs } from '../../api/idempotency';
import { problemCode } from '../../tracker/observe';
import type { ProblemCode } from '../../tracker/outcome';
import type { RefusedSelection, SentBefore } from './start-import';

/**
 * Why one attempt to start a batch failed. `Timeout` is the activity's: its worker died or hung. `OldWorker`: the
 * activity reached a worker of a release that does not have it.
 */
export interface LaunchProblem {
  type: FailureType | 'Timeout' | 'OldWorker' | 'Other';
  message: string;
  /** HTTP status, or null without an answer. */
  status: number | null;
  /** The wait that the server requested, or null. */
  retryAfterMs: number | null;
  /** Which rows the API refused, if it refused the request for its rows; otherwise null or absent. */
  refusal?: RefusedSelection | null;
  /** Which of the rows were sent earlier in another request, so that nothing was sent now; otherwise null or absent. */
  sentBefore?: SentBefore | null;
}

/** What is known about a batch after a failed attempt. */
export interface LaunchHistory {
  /** Attempts so far, including the failed one. */
  tries: number;
  /** Time since the first attempt, in milliseconds. */
  elapsedMs: number;
  /** Time since the first attempt with the current key, in milliseconds. */
  keyMs: number;
  /** Whether any attempt, including the last, may have reached the API's importer ({@link mayHaveImported}). */
  unclear: boolean;
  /** Whether `dedupe_by` makes a second execution harmless. */
  dedupe: boolean;
  /**
   * Whether the API has accepted any batch of this pipeline. If so, a refused key is a new condition that somebody will
   * fix.
   */
  keyWorked: boolean;
}

/**
 * What to do after a failed attempt.
 * - `retry`: send the same request after the wait. The key stays the same, unless the API seems never to release it and
 *   a second execution is harmless.
 * - `search`: some rows are refused; the others may be sent without them.
 * - `give_up`: the batch's rows are `failed` if certainly nothing was imported, else `unknown`.
 * - `fail`: the whole pipeline fails.
 */
export type LaunchDecision =
  | { action: 'retry'; waitMs: number; newKey: boolean }
  | { action: 'search' }
  | { action: 'give_up'; rows: 'failed' | 'unknown'; message: string }
  | { action: 'fail' };

const firstRetryWaitMs = 1000;
const maxRetryWaitMs = 5 * 60_000;
/** A key that is in progress for longer is stuck after a failure, since no request takes this long. */
const stuckKeyMs = 10 * 60_000;

/**
 * Whether the API may have executed an attempt that ended like this. False only if the answer rules it out or the
 * request was never sent.
 */
export function mayHaveImported({ type, status }: LaunchProblem): boolean {
  switch (type) {
    case 'PrismUnavailable':
    case 'PrismRateLimited':
    case 'PrismUnauthorized':
    case 'PrismForbidden':
    case 'InvalidInput':
    case 'SourceInvalid':
    case 'OldWorker':
      return false;
    case 'StorageUnavailable':
    case 'OutOfTime':
    case 'Unexpected':
      return status !== null; // only after an answer
    case 'PrismInvalidRequest':
      return status === 409; // the key belongs to another or an older request, which may have imported these rows
    case 'PrismInProgress':
    case 'PrismUnclear':
    case 'PrismMalformedResponse':
    case 'Timeout':
    case 'Other':
      return true;
  }
}

/** The code of a failed attempt in search attributes and in the query `progress`. Trackers use the same codes. */
export function launchProblemCode({ type }: LaunchProblem): ProblemCode {
  return type === 'Timeout' || type === 'OldWorker' || type === 'Other' ? 'unavailable' : problemCode(type);
}

/**
 * Decides what to do after a failed attempt to start a batch. Attempts end when the idempotency key expires, 24 hours
 * after the first one.
 */
export function decideLaunch(problem: LaunchProblem, history: LaunchHistory): LaunchDecision {
  switch (problem.type) {
    case 'InvalidInput':
    case 'SourceInvalid':
      return { action: 'fail' };
    case 'PrismUnauthorized':
    case 'PrismForbidden':
      return history.keyWorked ? retry(problem, history, { minMs: maxRetryWaitMs }) : { action: 'fail' };
    case 'PrismUnavailable':
    case 'PrismRateLimited':
    case 'OldWorker':
      return retry(problem, history);
    case 'PrismInProgress':
      return retry(problem, history, { newKey: history.dedupe && history.keyMs >= stuckKeyMs });
    case 'PrismInvalidRequest':
      if (problem.refusal && (history.dedupe || !history.unclear)) return { action: 'search' };
      return giveUp(problem, history, 'not retried, since the same request would get the same answer');
    case 'OutOfTime':
    case 'Unexpected':
      return giveUp(problem, history, 'not retried, since it would end the same way');
    case 'PrismUnclear':
    case 'PrismMalformedResponse':
    case 'StorageUnavailable':
    case 'Timeout':
    case 'Other':
      return history.dedupe || !mayHaveImported(problem)
        ? retry(problem, history)
        : giveUp(
            problem,
            history,
            'not sent again, since without dedupe_by this could create the rows twice',
          );
  }
}

function retry(
  problem: LaunchProblem,
  history: LaunchHistory,
  { minMs = 0, newKey = false }: { minMs?: number; newKey?: boolean } = {},
): LaunchDecision {
  const backoffMs = Math.min(maxRetryWaitMs, firstRetryWaitMs * 2 ** Math.min(history.tries - 1, 20));
  const waitMs = Math.max(backoffMs, minMs, problem.retryAfterMs ?? 0);
  return history.elapsedMs + waitMs < idempotencyKeyLifeMs
    ? { action: 'retry', waitMs, newKey }
    : giveUp(problem, history, `given up after ${history.tries} attempts, since the idempotency key expires`);
}

function giveUp(problem: LaunchProblem, history: LaunchHistory, why: string): LaunchDecision {
  return {
    action: 'give_up',
    rows: history.unclear ? 'unknown' : 'failed',
    message: `${problem.message} (${why})`,
  };
}
