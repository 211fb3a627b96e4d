/** How the workflows here receive the signals of their trackers. */
import type { Duration } from '@temporalio/common';
import { ApplicationFailure, condition, setHandler, type SignalDefinition } from '@temporalio/workflow';

/**
 * Collects the outcomes that trackers signal to this workflow, by job id. `carried` holds those that an earlier run
 * received.
 */
export function receiveImportEnds<End extends { jobId: string }>(
  finished: SignalDefinition<[End]>,
  carried: readonly End[] = [],
) {
  const ends = new Map(carried.map((end) => [end.jobId, end]));
  setHandler(finished, (end) => {
    ends.set(end.jobId, end);
  });
  return {
    /** All outcomes so far. Pass them to the next run, or they are lost. */
    received: () => [...ends.values()],
    /** Waits for the outcome of this import. The limit is for a tracker that no worker serves: it sends no signal. */
    async endOf(jobId: string, limit: Duration = '9 days'): Promise<End> {
      await condition(() => ends.has(jobId), limit);
      const end = ends.get(jobId);
      if (end === undefined) {
        const message = `No signal about the import ${jobId}: does a worker serve the tracker's task queue?`;
        throw ApplicationFailure.nonRetryable(message, 'TrackerSilent');
      }
      return end;
    },
  };
}
