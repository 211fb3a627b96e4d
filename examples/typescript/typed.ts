/** The same with the typed calls of `prism-imports/workflow`, and what else a caller may need. */
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
import { hearOfImports } from './hear';
import type { createJoinActivities } from './join';

/** Which import, and the task queue of its tracker's worker. */
export interface Followed extends TrackImportInput {
  taskQueue: string;
}

/** Awaits the child. The server's own limit ends a tracker that nobody serves; `waitTimeout` comes before. */
export async function awaitTyped(
  { taskQueue, ...input }: Followed,
  limit: Duration = '8 days',
): Promise<ImportOutcome> {
  return trackImport(input, { taskQueue, workflowExecutionTimeout: limit });
}

/** Goes on, and continues as new, while the child follows the import; its signal reaches the current run. */
export async function followAcrossRuns(followed: Followed, carried?: ImportEnd[]): Promise<ImportEnd> {
  const { taskQueue, ...input } = followed;
  const imports = hearOfImports(importFinishedSignal, carried);
  if (carried !== undefined) return imports.endOf(input.jobId);
  await startTrackImport(input, { taskQueue, workflowExecutionTimeout: '8 days' });
  // … the rest of the pipeline would go on here …
  // A signal may have come already: what is not carried over is lost.
  return continueAsNew<typeof followAcrossRuns>(followed, imports.told());
}

const { joinOrStart } = proxyActivities<ReturnType<typeof createJoinActivities>>({
  startToCloseTimeout: '30 seconds',
});

/** Joins the one tracker of an import, which is started unless it runs. */
export async function joinImport({ taskQueue, ...input }: Followed): Promise<ImportEnd> {
  const imports = hearOfImports(importFinishedSignal);
  await joinOrStart({ trackerId: trackerWorkflowId(input.teamId, input.jobId), taskQueue, input });
  return imports.endOf(input.jobId);
}

/** The end of an import that the API has finished; rows may still have failed. Any other end fails the workflow. */
function requireFinished(end: ImportEnd): FinishedOutcome {
  switch (end.status) {
    case 'complete':
    case 'failed':
      return end;
    case 'expired':
      throw ApplicationFailure.nonRetryable(end.message, 'ImportNotFinished', end.evidence);
    case 'timed_out':
    case 'lost':
    case 'error': // this and the next only by signal: an awaited child fails instead
    case 'cancelled':
    default: // a later release may have further ends
      throw ApplicationFailure.nonRetryable(`The import is ${end.status}`, 'ImportNotFinished');
  }
}

const readResultsLimits = {
  startToCloseTimeout: '1 minute',
  // When no worker serves that queue, this fails instead of waiting for ever.
  scheduleToStartTimeout: '10 minutes',
  // By which a codec knows it: see except-trackers.ts.
  activityId: 'readResults',
} as const;

/** Lists the rows that failed: the outcome holds the first ones, pages of what is stored all. */
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
