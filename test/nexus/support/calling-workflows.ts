import {
  ApplicationFailure,
  createNexusServiceClient,
  isCancellation,
  type NexusOperationCancellationType,
} from '@temporalio/workflow';
import { NexusOperationFailure } from '@temporalio/common';
import type { HandlerError } from 'nexus-rpc';
import { prismImportsService } from '../../../src/entries/nexus-service';

export { trackElsewhere } from './child-elsewhere';

/** An operation that a caller's workflow asks for. */
export interface Call {
  endpoint: string;
  operation: keyof typeof prismImportsService.operations;
  input: unknown;
  /** How long it may take; default a minute. */
  within?: '1 minute' | '10 minutes' | '1 hour';
  cancellationType?: NexusOperationCancellationType;
}

/** What it was told. */
export type CallResult =
  | { value: unknown }
  | { cancelled: true }
  /** `handler`: the type of the handler's error; `type`: that of the failure behind it. */
  | { handler: string | null; retryable: boolean | null; type: string | null; message: string };

/** Calls one operation of the service, as any workflow of another namespace may. */
export async function callPrism({
  endpoint,
  operation,
  input,
  within = '1 minute',
  cancellationType,
}: Call): Promise<CallResult> {
  const prism = createNexusServiceClient({ service: prismImportsService, endpoint });
  try {
    const options = {
      scheduleToCloseTimeout: within,
      ...(cancellationType && { cancellationType }),
    };
    return { value: await prism.executeOperation(operation, input as never, options) };
  } catch (error) {
    if (isCancellation(error)) return { cancelled: true };
    if (!(error instanceof NexusOperationFailure)) throw error;
    return failureResult(error.cause);
  }
}

function failureResult(cause: Error | undefined): CallResult {
  const isHandlers = cause?.name === 'HandlerError';
  const handler = isHandlers ? (cause as HandlerError) : null;
  const failure = innermost(cause);
  return {
    handler: handler?.type ?? null,
    retryable: handler?.retryable ?? null,
    type: failure instanceof ApplicationFailure ? (failure.type ?? null) : null,
    message: cause?.message ?? '',
  };
}

function innermost(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? innermost(error.cause) : error;
}
