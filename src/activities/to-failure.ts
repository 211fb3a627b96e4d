import { ApplicationFailure } from '@temporalio/activity';
import type { FailureDetails, FailureType } from '../core/failures';
import { classifyRead, classifyWrite, failureDetails, PrismError, type Verdict } from '../ports/prism-error';
import { Defect, isDefect } from '../ports/defect';
import { SourceError } from '../ports/source-error';

/** What Temporal is told of a failed read; any other error is returned as it is: it is a bug. */
export function toReadFailure(error: unknown): unknown {
  return error instanceof PrismError ? prismFailure(error, classifyRead(error)) : error;
}

/**
 * What Temporal is told of a failed import request, which is never retried by itself; any other error is returned as it
 * is.
 */
export function toWriteFailure(error: unknown): unknown {
  return error instanceof PrismError ? prismFailure(error, classifyWrite(error)) : error;
}

/** What Temporal is told of an import request that the API has refused; `refusal` says which rows. */
export function writeFailure(error: PrismError, refusal: unknown): ApplicationFailure {
  return prismFailure(error, classifyWrite(error), refusal);
}

/** `StorageUnavailable`; `status` is that of the API's answer when it was to be stored. */
export function storageFailure(
  error: unknown,
  retryable: boolean,
  status: number | null = null,
): ApplicationFailure {
  return failure('StorageUnavailable', `The storage failed: ${textOf(error)}`, { error, retryable, status });
}

/**
 * What Temporal is told when the rows to send could not be read: never tried again, since only the workflow knows
 * whether a repetition is harmless.
 */
export function toRowsFailure(error: unknown): unknown {
  if (error instanceof PrismError) return toWriteFailure(error);
  if (isDefect(error)) return unexpected(error);
  if (!(error instanceof SourceError)) return storageFailure(error, false);
  return failure('SourceInvalid', `The batch could not be read from its source: ${error.message}`, { error });
}

/**
 * What Temporal is told when a pipeline's files could not be read or written: `StorageUnavailable`, which is worth
 * another try, `sourceType` for a source, whose bytes will not be there next time either, or `Unexpected`, which is
 * none.
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

/** How long an activity that had no turn leaves its place to others. */
const turnRetryMs = 15_000;

/** `StorageUnavailable`, though no storage failed: others had their turn, and it is worth another try soon. */
export function turnFailure(error: Error): ApplicationFailure {
  const { message, type, details } = failure('StorageUnavailable', error.message);
  return new ApplicationFailure(message, type, false, details, undefined, turnRetryMs);
}

/** `OutOfTime`: so many attempts ran out of time or lost their worker; `seen` is how far the last had come. */
export function outOfTime(what: string, attempts: number, seen: string | null): ApplicationFailure {
  const far = seen === null ? '' : `; the last had ${seen}`;
  return failure('OutOfTime', `${attempts} attempts ${what} ran out of time or lost their worker${far}`);
}

/**
 * What Temporal is told of a defect: its class and where it came up, not its message, which may quote what was being
 * read.
 */
function unexpected(error: unknown): ApplicationFailure {
  const { name, stack = '' } = error instanceof Error ? error : new Error('no error was thrown');
  const told = error instanceof Defect ? `: ${error.message}` : '';
  const made = failure('Unexpected', `Unexpected error (${name}${told})`);
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  made.stack = [`ApplicationFailure: ${made.message}`, ...frames].join('\n');
  return made;
}

/** `InvalidInput`: the message names field, value and accepted form. */
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
