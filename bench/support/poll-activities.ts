import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { ImportApi } from '../../src/ports/import-api';
import { isFinished } from '../../src/core/api/import-job';
import { parsePolling } from '../../src/core/tracker/polling';
import { nextPoll } from '../../src/core/tracker/schedule';
import { newTrackerState } from '../../src/core/tracker/state';

/** The import that a policy waits for. */
export interface Waited {
  teamId: string;
  jobId: string;
  /** Set if polls follow the tracker's schedule. */
  submittedAtMs?: number;
}

/** The activities that {@link createPollActivities} creates. */
export type PollActivities = ReturnType<typeof createPollActivities>;

/**
 * The plain polls of the policies that the tracker is compared with: one request, no heartbeat. `clock` is the
 * server's.
 */
export const createPollActivities = (api: ImportApi, clock: () => Promise<number>) => {
  const poll = async ({ teamId, jobId }: Waited): Promise<boolean> => {
    const { value: job } = await api.getImport(teamId, jobId);
    return job === null || isFinished(job);
  };
  return {
    /** Whether the import has ended. */
    poll,
    /**
     * Fails until the import has ended, so that it is retried: after the retry policy's backoff, or as the tracker's
     * schedule says.
     */
    async pollUntilDone(job: Waited): Promise<void> {
      if (await poll(job)) return;
      throw ApplicationFailure.create({
        type: 'NotDone',
        message: 'The import is at work',
        category: ApplicationFailureCategory.BENIGN,
        ...(job.submittedAtMs !== undefined && {
          nextRetryDelay: scheduledWaitMs(job.submittedAtMs, await clock()),
        }),
      });
    },
  };
};

function scheduledWaitMs(submittedAtMs: number, nowMs: number): number {
  const begun = { startedAtMs: submittedAtMs, submittedAt: undefined, waitTimeoutMs: undefined };
  const state = newTrackerState({ ...begun, draw: Math.random() });
  return nextPoll({ ...state, polls: 1, lastPollAtMs: nowMs }, parsePolling({})).atMs - nowMs;
}
