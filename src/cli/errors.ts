import { ServiceError, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { CodecModuleError } from '../codec/codec-error';
import { ConfigError } from '../config/config-error';
import type { FailureType } from '../core/failures';
import { isOutside } from '../ports/object-store';
import { rootMessage } from '../temporal/problem';
import { exitCodes } from './exit-codes';
import { CommandError } from './command-error';

/**
 * Failures that the user must fix in the command's arguments. Not `SourceInvalid`: a source that changes after the
 * start does not depend on the arguments, and some of its rows may have been imported.
 */
const usageFailures: FailureType[] = ['InvalidInput'];

/** The message and exit code for an error. Bugs show their stack; foreseen errors are a single message. */
export function explain(error: unknown): { message: string; exitCode: number } {
  if (error instanceof CommandError) return error;
  if (error instanceof ConfigError)
    return { message: `The settings cannot be used: ${error.message}`, exitCode: exitCodes.usage };
  if (error instanceof CodecModuleError) return { message: error.message, exitCode: exitCodes.usage };
  if (error instanceof WorkflowFailedError) return explain(innermost(error.cause));
  if (error instanceof ApplicationFailure) {
    const isUsage = usageFailures.some((type) => type === error.type);
    const message =
      error.type === 'InvalidInput' ? error.message : `${error.type ?? 'Failure'}: ${error.message}`;
    return { message, exitCode: isUsage ? exitCodes.usage : exitCodes.error };
  }
  if (error instanceof CancelledFailure)
    return { message: 'The workflow was cancelled.', exitCode: exitCodes.error };
  if (error instanceof ServiceError) return { message: serverWords(error), exitCode: exitCodes.error };
  if (error instanceof Error && isForeseen(error)) {
    const advice = isOutside(error) ? '. Set PRISM_STORAGE here to the value that the workers have.' : '';
    return { message: `${error.message}${advice}`, exitCode: exitCodes.error };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message, exitCode: exitCodes.error };
}

/** The type of the failure that caused an error; null if none did. */
export function failureTypeOf(error: unknown): string | null {
  for (let seen = error; seen instanceof Error; seen = seen.cause)
    if (seen instanceof ApplicationFailure) return seen.type ?? null;
  return null;
}

/** What failed, and why in the words of Temporal's server, which the client has as a cause. */
function serverWords(error: ServiceError): string {
  const why = rootMessage(error);
  return why === error.message ? why : `${error.message}: ${why}`;
}

/** Activity and child failures only wrap the actual failure. */
function innermost(error: unknown): unknown {
  const wraps =
    error instanceof Error && (error.name === 'ActivityFailure' || error.name === 'ChildWorkflowFailure');
  return wraps && error.cause !== undefined ? innermost(error.cause) : error;
}

/** Our own errors and those of the system explain themselves; a plain `TypeError` is a bug. */
function isForeseen(error: Error): boolean {
  return !['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'AssertionError'].includes(error.name);
}
