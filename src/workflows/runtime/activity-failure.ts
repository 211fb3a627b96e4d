import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import { failureTypes, type FailureDetails, type FailureType } from '../../core/failures';

/** What is known of an error that an activity, or the workflow itself, ended with. */
export interface ActivityFailureFacts {
  /** The failure itself, unwrapped from an `ActivityFailure`. */
  cause: unknown;
  /** The type of an `ApplicationFailure`, or `ApplicationFailure` if it has none; otherwise the error's class. */
  type: string;
  /** The type, if it is one of ours. */
  knownType: FailureType | null;
  message: string;
  /** HTTP status, or null without an answer. */
  status: number | null;
  /** The wait that the server requested, or null. */
  retryAfterMs: number | null;
  /** Which timeout of the activity ended it, or null. */
  timeoutType: TimeoutFailure['timeoutType'] | null;
  isCancelled: boolean;
  /** Whether the activity reached a worker of an older release, which does not have it. */
  isUnknownActivity: boolean;
  /** The refusal in the details, unparsed; null if there is none. */
  refusal: unknown;
  /** The rows sent before in the details, unparsed; null if there are none. */
  sentBefore: unknown;
  /** The operator's webhooks in the details of a poll, unparsed; null if there are none. */
  notices: unknown;
}

/** Reads an error that a workflow caught. */
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

/** The SDK's message for an activity that the worker does not have. */
const unknownActivity = /^Activity function \w+ is not registered on this Worker/;

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
