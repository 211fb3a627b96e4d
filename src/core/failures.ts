/**
 * The types of the failures that workflows and activities end with. Callers compare these strings.
 *
 * - `InvalidInput`: the input cannot be used; the message names the field, its value and the accepted form.
 * - `PrismRateLimited`: 429. `PrismUnavailable`: network error, timeout, 408 or 5xx. `PrismMalformedResponse`: an
 *   answer that does not follow the API's contract.
 * - `PrismUnauthorized`: 401. `PrismForbidden`: 403. `PrismInvalidRequest`: any other 4xx.
 * - `PrismUnclear`: a write that was sent but got no usable answer, so its effect is unknown. `PrismInProgress`: 409, a
 *   request with the same idempotency key is in progress.
 * - `StorageUnavailable`: results or reports could not be read or written. `SourceInvalid`: the input file cannot be
 *   read as configured, or has changed.
 * - `OutOfTime`: reading or writing a file timed out, or its worker died, several times in a row. `Unexpected`: a bug
 *   in this program; it is not retried.
 *
 * @example
 *   import { ApplicationFailure } from '@temporalio/common';
 *   import { failureTypes } from 'prism-imports';
 *
 *   const isOurs = error instanceof ApplicationFailure && failureTypes.some((type) => type === error.type);
 */
export const failureTypes = [
  'InvalidInput',
  'PrismRateLimited',
  'PrismUnavailable',
  'PrismMalformedResponse',
  'PrismUnauthorized',
  'PrismForbidden',
  'PrismInvalidRequest',
  'PrismUnclear',
  'PrismInProgress',
  'StorageUnavailable',
  'SourceInvalid',
  'OutOfTime',
  'Unexpected',
] as const;

export type FailureType = (typeof failureTypes)[number];

/** First detail of every failure of these types. */
export interface FailureDetails {
  /** The wait that the server requested, or null. */
  retryAfterMs: number | null;
  /** HTTP status, or null without an answer. */
  status: number | null;
  /** The API's request id, or null. */
  requestId: string | null;
  /**
   * Of an import that the API refused as a whole: the rows that the refusal names (`RefusedSelection` of the pipeline).
   * Absent if it concerns other parts of the request.
   */
  refusal?: unknown;
  /**
   * Of a poll: the webhooks that the operator has configured for every tracker of the team (`WebhookEntry` of the
   * tracker).
   */
  notices?: unknown;
  /** Of an import that was not sent because some of its rows had been sent before (`SentBefore` of the pipeline). */
  sentBefore?: unknown;
}
