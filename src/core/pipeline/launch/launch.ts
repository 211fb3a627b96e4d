import type { FailureType } from '../../failures';
import { idempotencyKeyLifeMs } from '../../api/idempotency';
import { problemCode } from '../../tracker/observe';
import type { ProblemCode } from '../../tracker/outcome';
import type { RefusedSelection, SentBefore } from './start-import';

/**
 * What went wrong with one try to start a batch. A `Timeout` is the activity's: its worker died or hung. `OldWorker`: a
 * worker got the activity that does not know it.
 */
export interface LaunchProblem {
  type: FailureType | 'Timeout' | 'OldWorker' | 'Other';
  message: string;
  /** HTTP status, or null when there was no answer. */
  status: number | null;
  /** The wait that the server asked for, or null. */
  retryAfterMs: number | null;
  /** Which rows the API has refused, if the request was refused for its rows; null or nothing otherwise. */
  refusal?: RefusedSelection | null;
  /** Which of the rows were sent before in another request, so that nothing was sent now; null or nothing otherwise. */
  sentBefore?: SentBefore | null;
}

/** What is known about a batch when a try has failed. */
export interface LaunchHistory {
  /** Tries so far, the failed one included. */
  tries: number;
  /** Since the first try, in milliseconds. */
  elapsedMs: number;
  /** Since the first try with the present key, in milliseconds. */
  keyMs: number;
  /** Whether any try, the last one included, may have reached the API's importer ({@link mayHaveImported}). */
  unclear: boolean;
  /** Whether `dedupe_by` makes a second execution harmless. */
  dedupe: boolean;
  /** Whether the API has accepted any batch of this pipeline: then a refused key is new and somebody will mend it. */
  keyWorked: boolean;
}

/**
 * What to do about a failed try. `retry`: the same request after the wait, with the same key, or with a new one where
 * the API seems never to give the old one back and a second execution is harmless. `search`: rows of it are refused,
 * and the others may be sent without them. `give_up`: the batch's rows are `failed` when certainly nothing was
 * imported, else `unknown`. `fail`: the whole pipeline cannot go on.
 */
export type LaunchDecision =
  | { action: 'retry'; waitMs: number; newKey: boolean }
  | { action: 'search' }
  | { action: 'give_up'; rows: 'failed' | 'unknown'; message: string }
  | { action: 'fail' };

const firstRetryWaitMs = 1000;
const maxRetryWaitMs = 5 * 60_000;
/** A key in progress for longer was kept after a failure: no request takes so long. */
const stuckKeyMs = 10 * 60_000;

/**
 * Whether the API may have carried out a try that ended so: only an answer that rules it out, or a request that was
 * never sent, says no.
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

/** What a failed try is called in the index and by the query `progress`, in the words for the problems of trackers. */
export function launchProblemCode({ type }: LaunchProblem): ProblemCode {
  return type === 'Timeout' || type === 'OldWorker' || type === 'Other' ? 'unavailable' : problemCode(type);
}

/**
 * Decides about a failed try to start a batch. Tries end with the life of the idempotency key, 24 hours after the first
 * one.
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
