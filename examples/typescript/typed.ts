/** Parents that use the typed calls of `prism-imports/workflow`. */
import type { Duration } from '@temporalio/common';
import { ApplicationFailure, continueAsNew, proxyActivities } from '@temporalio/workflow';
import {
  importFinishedSignal,
  startTrackImport,
  trackImport,
  trackerWorkflowId,
  type FinishedOutcome,
  type ImportEnd,
  type ImportOutcome,
  type ReadResultsInput,
  type ResultsPage,
  type TrackImportInput,
} from 'prism-imports/workflow';
import { receiveImportEnds } from './receive-import-ends';
import type { createJoinActivities } from './join';

/** An import, and the task queue of its tracker. */
export interface Followed extends TrackImportInput {
  taskQueue: string;
}

/** Awaits the child. The execution timeout ends a tracker that no worker serves. `waitTimeout` passes earlier. */
export async function awaitTyped(
  { taskQueue, ...input }: Followed,
  limit: Duration = '9 days',
): Promise<ImportOutcome> {
  return trackImport(input, { taskQueue, workflowExecutionTimeout: limit });
}

/** Continues as new while the child runs. The child's signal reaches the current run. */
export async function followAcrossRuns(followed: Followed, carried?: ImportEnd[]): Promise<ImportEnd> {
  const { taskQueue, ...input } = followed;
  const imports = receiveImportEnds(importFinishedSignal, carried);
  if (carried !== undefined) return imports.endOf(input.jobId);
  await startTrackImport(input, { taskQueue, workflowExecutionTimeout: '9 days' });
  // … the rest of the pipeline …
  // A signal may have arrived already. Carry it over, or it is lost.
  return continueAsNew<typeof followAcrossRuns>(followed, imports.received());
}

const { joinOrStart } = proxyActivities<ReturnType<typeof createJoinActivities>>({
  startToCloseTimeout: '30 seconds',
});

/** Joins the one tracker of an import, or starts it. */
export async function joinImport({ taskQueue, ...input }: Followed): Promise<ImportEnd> {
  const imports = receiveImportEnds(importFinishedSignal);
  await joinOrStart({ trackerId: trackerWorkflowId(input.teamId, input.jobId), taskQueue, input });
  return imports.endOf(input.jobId);
}

/** Returns the outcome of an import that the API has finished. Any other status fails the workflow. */
function requireFinished(end: ImportEnd): FinishedOutcome {
  switch (end.status) {
    case 'complete':
    case 'failed':
      return end;
    case 'expired':
      throw ApplicationFailure.nonRetryable(end.message, 'ImportNotFinished', end.evidence);
    case 'timed_out':
    case 'lost':
    case 'error': // sent by signal only, like `cancelled`: an awaited child fails instead
    case 'cancelled':
    default: // later releases may add statuses
      throw ApplicationFailure.nonRetryable(`The import is ${end.status}`, 'ImportNotFinished');
  }
}

const readResultsLimits = {
  startToCloseTimeout: '1 minute',
  // If no worker serves that queue, the activity fails instead of waiting forever.
  scheduleToStartTimeout: '10 minutes',
  // A codec recognizes the activity by this id: see except-trackers.ts.
  activityId: 'readResults',
} as const;

/** Lists the rows that failed. The outcome holds the first ones. Pages of the stored results hold all. */
export async function listFailedRows({ taskQueue, ...input }: Followed): Promise<{
  inline: number;
  pages: number;
  indexes: number[];
}> {
  const end = requireFinished(await awaitTyped({ ...input, results: 'failed', taskQueue }));
  const { failedResults: inline = [], failedOmitted, resultsRef } = end;
  if (!failedOmitted || resultsRef === null) {
    return { inline: inline.length, pages: 0, indexes: inline.map(({ index }) => index) };
  }
  const { readResults } = proxyActivities<{ readResults(asked: ReadResultsInput): Promise<ResultsPage> }>({
    taskQueue,
    ...readResultsLimits,
  });
  const indexes: number[] = [];
  let pages = 0;
  for (let after: string | null = null, isLast = false; !isLast; pages += 1) {
    const page: ResultsPage = await readResults({ uri: resultsRef.uri, after, only: 'failed' });
    indexes.push(...page.results.map(({ index }) => index));
    after = page.next;
    isLast = after === null;
  }
  return { inline: inline.length, pages, indexes };
}
