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

/** Messages for the caller that depend on the operation. */
export interface ErrorTexts {
  /** For a workflow that does not exist or does not run. */
  notFound?: string;
  /** For an id that a completed pipeline already has. */
  taken?: string;
}

/**
 * Runs a handler and converts its errors to those that a Nexus caller receives. Where a retry may help, Nexus retries
 * until the operation times out. All other errors end the operation.
 */
export async function withHandlerErrors<T>(texts: ErrorTexts, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw toHandlerError(error, texts);
  }
}

/** `BAD_REQUEST`: the caller's input is unusable. The cause is a failure of the type `InvalidInput`. */
export const badRequest = (message: string): HandlerError =>
  new HandlerError('BAD_REQUEST', message, {
    cause: ApplicationFailure.nonRetryable(message, 'InvalidInput'),
  });

function toHandlerError(error: unknown, texts: ErrorTexts): HandlerError {
  if (error instanceof HandlerError) return error;
  if (error instanceof ApplicationFailure && error.type === 'InvalidInput') return badRequest(error.message);
  if (error instanceof UnusableRequest)
    return error.isUnknown ? final('NOT_FOUND', error.message) : badRequest(error.message);
  if (error instanceof WorkflowNotFoundError) return final('NOT_FOUND', texts.notFound ?? error.message);
  if (error instanceof WorkflowExecutionAlreadyStartedError)
    // Not CONFLICT: server 1.29 always retries after it, whatever the error says.
    return badRequest(texts.taken ?? error.message);
  if (error instanceof StorageError) {
    const message = `The storage failed: ${error.message}`;
    return isRefused(error) ? final('INTERNAL', message) : again('UNAVAILABLE', message);
  }
  // The SDK cancels handlers that time out or whose worker stops. A retry may reach another worker.
  if (error instanceof CancelledFailure)
    return again('UNAVAILABLE', 'The worker was stopped, or took too long, before it had the answer');
  if (error instanceof MissingPackageError) return final('INTERNAL', error.message);
  return isOfServer(error) ? ofServer(error) : unexpected(error);
}

/** The error for an answer of Temporal's server, by its gRPC status. */
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

/** In all servers from 1.29 to 1.32, with different codes. */
const tooManyCallbacks = /cannot attach more than \d+ callbacks/;

/**
 * Settings from `common/dynamicconfig/constants.go` of servers up to 1.31, and `chasm/lib/callback/config.go` of 1.32.
 */
const callbacksAdvice =
  'Too many callers already wait for this import. Server 1.32 or later allows 2,000, or as its dynamic ' +
  'configuration callback.maxPerExecution says; older servers allow 32, or system.maxCallbacksPerWorkflow. Or let one ' +
  'workflow wait on behalf of the others.';

const isOfServer = (error: unknown): boolean => error instanceof ServiceError || grpcCodeOf(error) !== null;

/** A defect. Shows only its name, since its message may quote the data being read. */
function unexpected(error: unknown): HandlerError {
  const name = error instanceof Error ? error.name : typeof error;
  return final('INTERNAL', `Unexpected error (${name})`);
}

const made = (type: HandlerErrorType, message: string, options: HandlerErrorOptions): HandlerError =>
  new HandlerError(type, message, options);

/** An error that ends the operation. */
const final = (type: HandlerErrorType, message: string): HandlerError =>
  made(type, message, { retryableOverride: false });

/** An error after which Nexus retries. */
const again = (type: HandlerErrorType, message: string): HandlerError =>
  made(type, message, { retryableOverride: true });
