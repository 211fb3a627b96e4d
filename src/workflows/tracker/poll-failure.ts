import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';
import { failureTypes, type FailureDetails, type FailureType } from '../../core/failures';
import { isRefusal, type PollFailure } from '../../core/tracker/observe';
import type { TrackerState } from '../../core/tracker/state';

/** A poll's failure with what is thrown should it end the workflow. */
export type DescribedFailure = PollFailure & { cause: unknown };

/**
 * Reads the failure of the activity `getImportStatus`. Timeouts and failures of unknown kinds count as the API being
 * unavailable.
 */
export function describeFailure(error: unknown): DescribedFailure {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && isFailureType(cause.type)) {
    const details = cause.details?.[0] as Partial<FailureDetails> | undefined;
    const retryAfterMs = typeof details?.retryAfterMs === 'number' ? details.retryAfterMs : null;
    return { type: cause.type, message: cause.message, retryAfterMs, cause };
  }
  const seen = isCancellation(error)
    ? 'the wait ended during the poll'
    : cause instanceof Error
      ? cause.message
      : String(cause);
  return {
    type: 'PrismUnavailable',
    message: `The poll was not finished: ${seen}. Is a worker polling the http task queue?`,
    retryAfterMs: null,
    cause: error,
  };
}

/** Whether a failure ends the tracking: the key or the request was refused, and has never been accepted before. */
export function isRefusedAtFirst(failure: PollFailure, state: TrackerState): boolean {
  return !state.answered && isRefusal(failure.type);
}

function isFailureType(type: string | undefined | null): type is FailureType {
  return failureTypes.some((known) => known === type);
}
