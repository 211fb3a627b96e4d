import { ApplicationFailure } from '@temporalio/activity';
import type { FailureDetails } from '../core/failures';
import { classifyRead, classifyWrite, failureDetails, PrismError, type Verdict } from '../prism/errors';

/** What Temporal is told of a failed read; any other error is returned as it is: it is a bug. */
export function readFailure(error: unknown): unknown {
  return error instanceof PrismError ? prismFailure(error, classifyRead(error)) : error;
}

/**
 * What Temporal is told of a failed import request, which is never retried by itself; any other error is returned as it
 * is.
 */
export function writeFailure(error: unknown): unknown {
  return error instanceof PrismError ? prismFailure(error, classifyWrite(error)) : error;
}

/** `StorageUnavailable`; `status` is that of the API's answer when it was to be stored. */
export function storageFailure(
  error: unknown,
  retryable: boolean,
  status: number | null = null,
): ApplicationFailure {
  return localFailure('StorageUnavailable', 'The storage failed', error, retryable, status);
}

/** `SourceInvalid`: the same bytes will not be there next time either. */
export function sourceFailure(error: unknown): ApplicationFailure {
  return localFailure('SourceInvalid', 'The batch could not be read from its source', error, false);
}

function prismFailure(error: PrismError, { type, retryable, delayMs }: Verdict): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message: error.message,
    nonRetryable: !retryable,
    details: [failureDetails(error)],
    ...(error.cause instanceof Error && { cause: error.cause }),
    ...(delayMs !== null && { nextRetryDelay: delayMs }),
  });
}

function localFailure(
  type: 'StorageUnavailable' | 'SourceInvalid',
  tried: string,
  error: unknown,
  retryable: boolean,
  status: number | null = null,
): ApplicationFailure {
  const details: FailureDetails = { retryAfterMs: null, status, requestId: null };
  return ApplicationFailure.create({
    type,
    message: `${tried}: ${error instanceof Error ? error.message : String(error)}`,
    nonRetryable: !retryable,
    details: [details],
    ...(error instanceof Error && { cause: error }),
  });
}
