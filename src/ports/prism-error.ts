import type { FailureDetails, FailureType } from '../core/failures';

/**
 * What went wrong with a request.
 *
 * - `no_key`, `unsendable`: it was never sent, for lack of a usable key or because an id does not fit into a path or
 *   header.
 * - `unreachable`: no connection. `timeout`, `interrupted`: no complete answer in time, or the connection was lost
 *   before one.
 * - `status`: an answer other than 2xx. `malformed`: a 2xx whose body violates the contract. `too_large`: an answer
 *   beyond the size limit.
 */
export type PrismProblem =
  'no_key' | 'unsendable' | 'unreachable' | 'timeout' | 'interrupted' | 'status' | 'malformed' | 'too_large';

/** A row that a refusal names, by its position in the request, and the API's message for it. */
export interface NamedRow {
  index: number;
  code: string | null;
  message: string | null;
}

/** What the refusal of an import concerns: rows of the request, the request itself, or unknown. */
export interface RefusalSubject {
  /** Each named row once, in ascending order. */
  rows: NamedRow[];
  /** Whether it concerns only parts of the request other than its rows. */
  aboutRequest: boolean;
}

/** The facts of a {@link PrismError} in addition to its message. */
export interface PrismErrorFacts {
  problem: PrismProblem;
  /** Method and path, without the host. */
  request: string;
  /** Whether the request may have reached the server. */
  sent: boolean;
  /** HTTP status, or null without an answer. */
  status: number | null;
  /** The API's request id, or null. */
  requestId: string | null;
  /** The API's error code, or null. */
  code: string | null;
  /** The wait that the server requested, in milliseconds, or null. */
  retryAfterMs: number | null;
  /** For an import refused with 400 or 422, what the refusal concerns, without row contents. */
  refusal?: RefusalSubject;
}

/**
 * The only error of an `ImportApi`. Contains no key, header or row content; `cause` is a copy of the network's error,
 * never axios's.
 */
export class PrismError extends Error {
  override readonly name = 'PrismError';

  constructor(
    message: string,
    readonly facts: Readonly<PrismErrorFacts>,
    options?: { cause: Error },
  ) {
    super(message, options);
  }
}

/** The facts of a request without a usable answer. */
export function unanswered(problem: PrismProblem, request: string, sent: boolean): PrismErrorFacts {
  return { problem, request, sent, status: null, requestId: null, code: null, retryAfterMs: null };
}

/** What to do about a failed request. */
export interface Verdict {
  type: FailureType;
  /** Whether to retry at once, within the same poll. */
  retryable: boolean;
  /** The wait before the retry that the server requested, in milliseconds; null leaves it to the retry policy. */
  delayMs: number | null;
}

/**
 * Longest requested wait that is spent within a poll, in milliseconds. The workflow waits for longer ones, on a durable
 * timer.
 */
const maxRetryDelayMs = 10_000;

/**
 * The verdict on a failed read. Errors that usually pass at once are retried; everything else goes back to the
 * workflow.
 */
export function classifyRead({ facts }: PrismError): Verdict {
  const type = readFailureType(facts);
  const hint = facts.retryAfterMs ?? 0;
  const passing =
    type === 'PrismUnavailable' || (type === 'PrismMalformedResponse' && facts.problem !== 'too_large');
  const retryable = passing && hint <= maxRetryDelayMs;
  return { type, retryable, delayMs: retryable && hint > 0 ? hint : null };
}

/**
 * The verdict on a failed import request. The activity never retries it, since only the workflow knows whether a
 * repetition is harmless. `PrismUnclear` means that the API may have executed the request.
 */
export function classifyWrite({ facts }: PrismError): Verdict {
  return { type: writeFailureType(facts), retryable: false, delayMs: null };
}

/** The first detail of the failure made from an error. */
export function failureDetails({ facts }: PrismError): FailureDetails {
  return { retryAfterMs: facts.retryAfterMs, status: facts.status, requestId: facts.requestId };
}

function readFailureType({ problem, status }: PrismErrorFacts): FailureType {
  switch (problem) {
    case 'no_key':
      return 'PrismUnauthorized';
    case 'unsendable':
      return 'PrismInvalidRequest';
    case 'unreachable':
    case 'timeout':
    case 'interrupted':
      return 'PrismUnavailable';
    case 'malformed':
    case 'too_large':
      return 'PrismMalformedResponse';
    case 'status':
      return statusFailureType(status ?? 0);
  }
}

function statusFailureType(status: number): FailureType {
  if (status === 401) return 'PrismUnauthorized';
  if (status === 403) return 'PrismForbidden';
  if (status === 408 || status >= 500) return 'PrismUnavailable';
  if (status === 429) return 'PrismRateLimited';
  return 'PrismInvalidRequest';
}

/** Codes of a 409 after which a repetition cannot succeed (Micro's documentation of idempotency). */
const finalConflicts = ['idempotency_key_mismatch', 'idempotency_key_stale'];

function writeFailureType(facts: PrismErrorFacts): FailureType {
  if (facts.problem === 'status' && facts.status === 409) {
    return finalConflicts.includes(facts.code ?? '') ? 'PrismInvalidRequest' : 'PrismInProgress';
  }
  const type = readFailureType(facts);
  const unclear = facts.sent && (type === 'PrismUnavailable' || type === 'PrismMalformedResponse');
  return unclear ? 'PrismUnclear' : type;
}
