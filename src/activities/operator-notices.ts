import { ApplicationFailure } from '@temporalio/activity';
import type { FailureDetails } from '../core/failures';
import type { PollAnswer } from '../core/tracker/get-import-status';
import type { WebhookEntry } from '../core/tracker/subscribers';

/**
 * Adds to a poll's answer or failure the webhooks that the operator has configured for every tracker of the team,
 * because workflows cannot read settings.
 */
export async function withOperatorNotices(
  notices: readonly WebhookEntry[],
  poll: () => Promise<PollAnswer>,
): Promise<PollAnswer> {
  if (notices.length === 0) return await poll();
  try {
    return { ...(await poll()), notices };
  } catch (error) {
    throw error instanceof ApplicationFailure ? failureWith(error, notices) : error;
  }
}

function failureWith(
  { message, type, nonRetryable, details, cause, nextRetryDelay }: ApplicationFailure,
  notices: readonly WebhookEntry[],
): ApplicationFailure {
  const [first, ...rest] = (details ?? []) as [FailureDetails?, ...unknown[]];
  const firstDetails: FailureDetails = {
    retryAfterMs: null,
    status: null,
    requestId: null,
    ...first,
    notices,
  };
  return new ApplicationFailure(message, type, nonRetryable, [firstDetails, ...rest], cause, nextRetryDelay);
}
