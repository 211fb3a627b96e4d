import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import { failureTypes, type FailureDetails, type FailureType } from '../../core/failures';

/** What an error says that an activity, or the workflow itself, ended with. */
export interface ActivityFailureFacts {
  /** The failure itself: out of its `ActivityFailure`, if it was in one. */
  cause: unknown;
  /** The type of an `ApplicationFailure`, `ApplicationFailure` when it has none; else the error's class. */
  type: string;
  /** The type, if it is one of ours. */
  knownType: FailureType | null;
  message: string;
  /** HTTP status, or null when there was no answer. */
  status: number | null;
  /** The wait that the server asked for, or null. */
  retryAfterMs: number | null;
  /** Which of the activity's timeouts ended it, or null. */
  timeoutType: TimeoutFailure['timeoutType'] | null;
  isCancelled: boolean;
  /** Whether a worker got the activity that does not know it: one of an older release. */
  isUnknownActivity: boolean;
  /** What the details say of a refusal, unread; null when nothing. */
  refusal: unknown;
  /** What the details say of rows that were sent before, unread; null when nothing. */
  sentBefore: unknown;
  /** What the details of a poll say of whom to tell, unread; null when nothing. */
  notices: unknown;
}

/** Reads what a workflow caught. */
export function readActivityFailure(error: unknown): ActivityFailureFacts {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const application = cause instanceof ApplicationFailure ? cause : null;
  const { name, message } = cause instanceof Error ? cause : { name: 'Error', message: String(cause) };
  const details = application?.details?.[0] as Partial<FailureDetails> | null | undefined;
  return {
    cause,
    type: application === null ? name : (application.type ?? 'ApplicationFailure'),
    knownType: failureTypes.find((known) => known === application?.type) ?? null,
    message,
    status: numberOrNull(details?.status),
    retryAfterMs: numberOrNull(details?.retryAfterMs),
    timeoutType: cause instanceof TimeoutFailure ? cause.timeoutType : null,
    isCancelled: isCancellation(error),
    isUnknownActivity: application?.type === 'NotFoundError' && unknownActivity.test(message),
    refusal: details?.refusal ?? null,
    sentBefore: details?.sentBefore ?? null,
    notices: details?.notices ?? null,
  };
}

/** What the SDK says of an activity that the worker has not. */
const unknownActivity = /^Activity function \w+ is not registered on this Worker/;

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
