import { isRefusal, type PollFailure } from '../../core/tracker/observe';
import type { TrackerState } from '../../core/tracker/state';
import { readActivityFailure } from '../runtime/activity-failure';

/**
 * Reads a failure of the activity `getImportStatus`, and the cause to throw if it ends the workflow. Timeouts and
 * unknown failures count as the API being unavailable.
 */
export function toPollFailure(error: unknown): PollFailure & { cause: unknown; notices: unknown } {
  const { knownType, message, retryAfterMs, cause, isCancelled, notices } = readActivityFailure(error);
  if (knownType !== null) return { type: knownType, message, retryAfterMs, cause, notices };
  const seen = isCancelled ? 'the wait ended during the poll' : message;
  return {
    type: 'PrismUnavailable',
    message: `The poll did not finish: ${seen}. Check that a worker serves the http task queue.`,
    retryAfterMs: null,
    cause: error,
    notices,
  };
}

/** Whether a failure ends the tracking: the key or the request was refused, and has never been accepted before. */
export function isRefusedAtFirst(failure: PollFailure, state: TrackerState): boolean {
  return !state.answered && isRefusal(failure.type);
}
