import { ApplicationFailure } from '@temporalio/activity';
import type { FailureDetails, FailureType } from '../core/failures';
import { classifyRead, classifyWrite, failureDetails, PrismError, type Verdict } from '../ports/prism-error';
import { Defect, isDefect } from '../ports/defect';
import { SourceError } from '../ports/source-error';

/** The failure for a failed read. Returns any other error unchanged, as a bug. */
export function toReadFailure(error: unknown): unknown {
  return error instanceof PrismError ? prismFailure(error, classifyRead(error)) : error;
}

/** The failure for a failed import request, which is never retried. Returns any other error unchanged. */
export function toWriteFailure(error: unknown): unknown {
  return error instanceof PrismError ? prismFailure(error, classifyWrite(error)) : error;
}

/** The failure for an import request that the API refused; `refusal` says which rows. */
export function writeFailure(error: PrismError, refusal: unknown): ApplicationFailure {
  return prismFailure(error, classifyWrite(error), refusal);
}

/** `StorageUnavailable`. `status` is that of the API's answer, if an answer was to be stored. */
export function storageFailure(
  error: unknown,
  retryable: boolean,
  status: number | null = null,
): ApplicationFailure {
  return failure('StorageUnavailable', `The storage failed: ${textOf(error)}`, { error, retryable, status });
}

/**
 * The failure if the rows to send could not be read. Never retried, since only the workflow knows whether a repetition
 * is harmless.
 */
export function toRowsFailure(error: unknown): unknown {
  if (error instanceof PrismError) return toWriteFailure(error);
  if (isDefect(error)) return unexpected(error);
  if (!(error instanceof SourceError)) return storageFailure(error, false);
  return failure('SourceInvalid', `The batch could not be read from its source: ${error.message}`, { error });
}

/**
 * The failure if a pipeline's files could not be read or written. `StorageUnavailable` is worth a retry. `sourceType`,
 * for a source that will not have its bytes back next time, and `Unexpected` are not.
 */
export function toFileFailure(
  error: unknown,
  sourceType: 'InvalidInput' | 'SourceInvalid' = 'SourceInvalid',
): ApplicationFailure {
  if (isDefect(error)) return unexpected(error);
  const isSource = error instanceof SourceError;
  return failure(isSource ? sourceType : 'StorageUnavailable', textOf(error), {
    error,
    retryable: !isSource,
  });
}

/** How long an activity without a turn leaves its place to others. */
const turnRetryMs = 15_000;

/** `StorageUnavailable`, although no storage failed: others had their turn, and a retry soon makes sense. */
export function turnFailure(error: Error): ApplicationFailure {
  const { message, type, details } = failure('StorageUnavailable', error.message);
  return new ApplicationFailure(message, type, false, details, undefined, turnRetryMs);
}

/** `OutOfTime`: this many attempts timed out or lost their worker. `seen` is the progress of the last. */
export function outOfTime(what: string, attempts: number, seen: string | null): ApplicationFailure {
  const far = seen === null ? '' : `; the last had ${seen}`;
  return failure('OutOfTime', `${attempts} attempts ${what} ran out of time or lost their worker${far}`);
}

/** The failure for a defect: its class and location, but not its message, which may quote the data being read. */
function unexpected(error: unknown): ApplicationFailure {
  const { name, stack = '' } = error instanceof Error ? error : new Error('no error was thrown');
  const detail = error instanceof Defect ? `: ${error.message}` : '';
  const made = failure('Unexpected', `Unexpected error (${name}${detail})`);
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  made.stack = [`ApplicationFailure: ${made.message}`, ...frames].join('\n');
  return made;
}

/** `InvalidInput`. The message names the field, the value and the accepted form. */
export const invalidInput = (message: string): ApplicationFailure => failure('InvalidInput', message);

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function prismFailure(
  error: PrismError,
  { type, retryable, delayMs }: Verdict,
  refusal?: unknown,
): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message: error.message,
    nonRetryable: !retryable,
    details: [{ ...failureDetails(error), ...(refusal !== undefined && { refusal }) }],
    ...(error.cause instanceof Error && { cause: error.cause }),
    ...(delayMs !== null && { nextRetryDelay: delayMs }),
  });
}

function failure(
  type: FailureType,
  message: string,
  {
    error,
    retryable = false,
    status = null,
  }: { error?: unknown; retryable?: boolean; status?: number | null } = {},
): ApplicationFailure {
  const details: FailureDetails = { retryAfterMs: null, status, requestId: null };
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: !retryable,
    details: [details],
    ...(error instanceof Error && { cause: error }),
  });
}
