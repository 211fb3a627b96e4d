/** How a workflow here learns the end of imports that trackers follow for it. */
import type { Duration } from '@temporalio/common';
import { ApplicationFailure, condition, setHandler, type SignalDefinition } from '@temporalio/workflow';

/**
 * Keeps the end of every import that this workflow is told of, by its job. `carried` is what an earlier run was told
 * already.
 */
export function hearOfImports<End extends { jobId: string }>(
  finished: SignalDefinition<[End]>,
  carried: readonly End[] = [],
) {
  const ends = new Map(carried.map((end) => [end.jobId, end]));
  setHandler(finished, (end) => {
    ends.set(end.jobId, end);
  });
  return {
    /** All ends so far, for the next run: what is not carried over is lost. */
    told: () => [...ends.values()],
    /** Waits for the end of this import. A tracker that nobody serves tells none, so the wait has a limit. */
    async endOf(jobId: string, limit: Duration = '8 days'): Promise<End> {
      await condition(() => ends.has(jobId), limit);
      const end = ends.get(jobId);
      if (end === undefined) {
        const message = `Nobody told the end of the import ${jobId}: does a worker serve the tracker's task queue?`;
        throw ApplicationFailure.nonRetryable(message, 'TrackerSilent');
      }
      return end;
    },
  };
}
