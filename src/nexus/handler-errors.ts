import {
  ApplicationFailure,
  CancelledFailure,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import { ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { HandlerError, type HandlerErrorOptions, type HandlerErrorType } from 'nexus-rpc';
import { isRefused } from '../ports/object-store';
import { MissingPackageError } from '../ports/optional-package';
import { StorageError } from '../ports/storage-error';
import { UnusableRequest } from '../report/results/stored-results';
import { grpcCode, grpcCodeOf, rootMessage } from '../temporal/problem';

/** What the caller is told where the words depend on what was asked. */
export interface Words {
  /** There is no such workflow, or none that runs. */
  notFound?: string;
  /** A pipeline has this id already, and has completed. */
  taken?: string;
}

/**
 * Runs a handler; what it throws becomes the error that a caller of Nexus is told. Nexus asks again by itself where
 * another try may help, until the time of the operation is over; all else ends the operation.
 */
export async function withHandlerErrors<T>(words: Words, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw toHandlerError(error, words);
  }
}

/** `BAD_REQUEST`: what the caller gave cannot be used; its cause is a failure of the type `InvalidInput`. */
export const badRequest = (message: string): HandlerError =>
  new HandlerError('BAD_REQUEST', message, {
    cause: ApplicationFailure.nonRetryable(message, 'InvalidInput'),
  });

function toHandlerError(error: unknown, words: Words): HandlerError {
  if (error instanceof HandlerError) return error;
  if (error instanceof ApplicationFailure && error.type === 'InvalidInput') return badRequest(error.message);
  if (error instanceof UnusableRequest)
    return error.isUnknown ? final('NOT_FOUND', error.message) : badRequest(error.message);
  if (error instanceof WorkflowNotFoundError) return final('NOT_FOUND', words.notFound ?? error.message);
  if (error instanceof WorkflowExecutionAlreadyStartedError)
    // Not CONFLICT: server 1.29 asks again after that, whatever the error says of it.
    return badRequest(words.taken ?? error.message);
  if (error instanceof StorageError) {
    const message = `The storage failed: ${error.message}`;
    return isRefused(error) ? final('INTERNAL', message) : again('UNAVAILABLE', message);
  }
  // The SDK ends what takes too long, or what a worker does when it stops: another try may come to another worker.
  if (error instanceof CancelledFailure)
    return again('UNAVAILABLE', 'The worker was stopped, or took too long, before it had the answer');
  if (error instanceof MissingPackageError) return final('INTERNAL', error.message);
  return isOfServer(error) ? ofServer(error) : unexpected(error);
}

/** What Temporal's server has answered, by its gRPC status. */
function ofServer(error: unknown): HandlerError {
  const text = rootMessage(error);
  if (tooManyCallbacks.test(text)) return final('RESOURCE_EXHAUSTED', `${text}. ${callbacksAdvice}`);
  switch (grpcCodeOf(error)) {
    case grpcCode.failedPrecondition:
      return again('UNAVAILABLE', `No worker could answer: ${text}`);
    case grpcCode.invalidArgument:
    case grpcCode.permissionDenied:
    case grpcCode.unimplemented:
      return final('INTERNAL', `Temporal has refused the request: ${text}`);
    case grpcCode.deadlineExceeded:
    case grpcCode.cancelled:
      return again('UPSTREAM_TIMEOUT', `No worker answered in time: ${text}`);
    case grpcCode.resourceExhausted:
      return again('RESOURCE_EXHAUSTED', `Temporal is busy: ${text}`);
    case null:
    default:
      return again('UNAVAILABLE', `Temporal could not be asked: ${text}`);
  }
}

/** In all of 1.29 to 1.32, with codes of their own. */
const tooManyCallbacks = /cannot attach more than \d+ callbacks/;

/** Settings: `common/dynamicconfig/constants.go` of servers to 1.31, `chasm/lib/callback/config.go` of 1.32. */
const callbacksAdvice =
  'Too many callers already wait for this import. Server 1.32 or later allows 2,000, or as its dynamic ' +
  'configuration callback.maxPerExecution says; older servers allow 32, or system.maxCallbacksPerWorkflow. Or let one ' +
  'workflow wait on behalf of the others.';

const isOfServer = (error: unknown): boolean => error instanceof ServiceError || grpcCodeOf(error) !== null;

/** A defect: only its name is told, since its message may quote what was being read. */
function unexpected(error: unknown): HandlerError {
  const name = error instanceof Error ? error.name : typeof error;
  return final('INTERNAL', `Unexpected error (${name})`);
}

const made = (type: HandlerErrorType, message: string, options: HandlerErrorOptions): HandlerError =>
  new HandlerError(type, message, options);

/** Ends the operation. */
const final = (type: HandlerErrorType, message: string): HandlerError =>
  made(type, message, { retryableOverride: false });

/** Nexus asks again. */
const again = (type: HandlerErrorType, message: string): HandlerError =>
  made(type, message, { retryableOverride: true });
