import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { failureMessage } from './payloads/read-payload';

/** An activity of a workflow that has not ended: waiting for a worker, at work, or waiting to be tried again. */
export interface PendingActivity {
  type: string;
  /** From 1; so many at most, 0 for no limit. */
  attempt: number;
  maximumAttempts: number;
  state: 'scheduled' | 'started' | 'cancelling' | 'paused';
  /** What ended the attempt before, as type and message, or null. */
  lastError: string | null;
  /** When the next attempt is due, ISO 8601 UTC, or null while one is under way. */
  nextAttemptAt: string | null;
}

/** States of pending activities by their number (temporal/api/enums/v1, PendingActivityState). */
const states: PendingActivity['state'][] = [
  'scheduled',
  'scheduled',
  'started',
  'cancelling',
  'paused',
  'paused',
];

/** The activities that a workflow waits for, as the server describes them. */
export async function pendingActivities(
  client: Client,
  { raw }: WorkflowExecutionDescription,
): Promise<PendingActivity[]> {
  const all = (raw.pendingActivities ?? []).map(async (pending): Promise<PendingActivity> => {
    const { activityType, attempt, maximumAttempts, state, lastFailure, scheduledTime } = pending;
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
