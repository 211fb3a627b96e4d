import type { FailureType } from '../failures';
import type { BatchInFlight } from './carried-state';
import { notStarted } from './batch-import-end';
import * as parts from './parts';

/**
 * Why no more rows are sent after a pipeline has failed with this type. Null for a failure after which no report can be
 * written either.
 */
export function notSentReason(type: FailureType | null): string | null {
  switch (type) {
    case 'SourceInvalid':
      return 'not sent: the source changed';
    case 'PrismUnauthorized':
    case 'PrismForbidden':
      return 'not sent: the API refused the key';
    case 'InvalidInput':
    case 'OutOfTime':
    case 'Unexpected':
      return 'not sent: the pipeline had failed';
    case 'StorageUnavailable':
    case 'PrismRateLimited':
    case 'PrismUnavailable':
    case 'PrismMalformedResponse':
    case 'PrismInvalidRequest':
    case 'PrismUnclear':
    case 'PrismInProgress':
    case null:
      return null;
  }
}

/**
 * Gives up the parts of a batch that are still to be launched. Rows waiting to be launched again keep the end of their
 * failed import.
 */
export function leaveUnsent(inFlight: BatchInFlight, reason: string): void {
  for (const todo of inFlight.todo.splice(0)) {
    const { selection, relaunches, unclear } = parts.partOf(todo);
    if (relaunches > 0) continue;
    const rows = unclear || inFlight.unclear ? 'unknown' : 'failed';
    inFlight.ended.push({
      ...parts.selected(parts.withoutSettled(inFlight, selection)),
      ...notStarted(reason, rows),
    });
  }
}

/** Whether no row of a batch was sent, for this reason. */
export const isUnsent = ({ ended, refused }: BatchInFlight, reason: string): boolean =>
  refused === '' &&
  ended.length > 0 &&
  ended.every(({ message, withoutResult }) => message === reason && withoutResult === 'failed');
