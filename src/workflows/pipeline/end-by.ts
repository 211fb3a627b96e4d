import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';
import type { TrackingFailure } from '../../core/tracker/outcome';

/** What ends a pipeline before its time, for people to read. */
export function endBy(
  error: unknown,
): { status: 'failed'; failure: TrackingFailure['failure'] } | { status: 'cancelled' } {
  if (isCancellation(error)) return { status: 'cancelled' };
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure)
    return {
      status: 'failed',
      failure: { type: cause.type ?? 'ApplicationFailure', message: cause.message },
    };
  const { name, message } = cause instanceof Error ? cause : { name: 'Error', message: String(cause) };
  return { status: 'failed', failure: { type: name, message } };
}
