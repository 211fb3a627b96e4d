/**
 * The types of failure that cross Temporal's boundaries. Callers compare these strings.
 *
 * - `InvalidInput`: what the caller gave cannot be used; the message names field, value and accepted form.
 * - `PrismRateLimited`: 429. `PrismUnavailable`: network, timeout, 408, 5xx. `PrismMalformedResponse`: an answer that
 *   is not the contract's.
 * - `PrismUnauthorized`: 401. `PrismForbidden`: 403. `PrismInvalidRequest`: any other 4xx.
 * - `PrismUnclear`: a write whose effect is not known (sent, and no usable answer). `PrismInProgress`: 409, the same
 *   key is being worked on.
 * - `StorageUnavailable`: results or reports could not be read or written. `SourceInvalid`: the input file cannot be
 *   read as said, or changed.
 * - `OutOfTime`: what reads or writes a file ran out of time, or its worker died, again and again. `Unexpected`: a
 *   defect of this program; it is not tried again.
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
  /** The wait that the server asked for, or null. */
  retryAfterMs: number | null;
  /** HTTP status, or null when there was no answer. */
  status: number | null;
  /** The API's request id, or null. */
  requestId: string | null;
  /**
   * Of an import that was refused as a whole, unless for parts of the request other than its rows: which rows these are
   * (`RefusedSelection` of the pipeline).
   */
  refusal?: unknown;
  /** Of a poll: whom the operator has told of every tracker of the team (`WebhookEntry` of the tracker). */
  notices?: unknown;
  /** Of an import that was not sent, since rows of it were before (`SentBefore` of the pipeline). */
  sentBefore?: unknown;
}
