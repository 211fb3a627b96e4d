import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { ProtoFailure } from '@temporalio/common';
import { failureMessage } from './payloads/read-payload';

/** An unfinished activity of a workflow: waiting for a worker, running, or waiting for a retry. */
export interface PendingActivity {
  type: string;
  /** From 1 to `maximumAttempts`; that is 0 without a limit. */
  attempt: number;
  maximumAttempts: number;
  state: 'scheduled' | 'started' | 'cancelling' | 'paused';
  /** The previous attempt's error, as type and message, or null. */
  lastError: string | null;
  /** When the next attempt is due, ISO 8601 UTC; null while one is running. */
  nextAttemptAt: string | null;
}

/** States of pending activities, by number (temporal/api/enums/v1, PendingActivityState). */
const states: PendingActivity['state'][] = [
  'scheduled',
  'scheduled',
  'started',
  'cancelling',
  'paused',
  'paused',
];

/** The unfinished activities of a workflow, as the server describes them. */
export async function pendingActivities(
  client: Client,
  { raw }: WorkflowExecutionDescription,
): Promise<PendingActivity[]> {
  const all = (raw.pendingActivities ?? []).map(async (pending): Promise<PendingActivity> => {
    const { activityType, attempt, maximumAttempts, state, scheduledTime } = pending;
    const lastFailure = ofWorker(pending.lastFailure);
    const kind = lastFailure?.applicationFailureInfo?.type;
    const isDue = attempt != null && attempt > 1 && Number(state) === 1 && scheduledTime?.seconds != null;
    return {
      type: activityType?.name ?? 'unknown',
      attempt: attempt ?? 1,
      maximumAttempts: maximumAttempts ?? 0,
      state: states[Number(state ?? 0)] ?? 'scheduled',
      lastError: lastFailure
        ? `${kind ? `${kind}: ` : ''}${await failureMessage(client, lastFailure)}`
        : null,
      nextAttemptAt: isDue ? new Date(Number(scheduledTime.seconds) * 1000).toISOString() : null,
    };
  });
  return Promise.all(all);
}

/** The worker's own failure: the server cuts off one of more than about 4 kB, and wraps it in a failure of its own. */
function ofWorker(failure: ProtoFailure | null | undefined): ProtoFailure | null {
  const isWrapped = failure?.serverFailureInfo != null && failure.cause != null;
  return (isWrapped ? failure.cause : failure) ?? null;
}
