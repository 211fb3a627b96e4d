import type { Client } from '@temporalio/client';
import type { ResultsMode } from '../core/tracker/get-import-status';
import type { FinishedOutcome, ImportOutcome } from '../core/tracker/outcome';
import type { PollingInput } from '../core/tracker/polling';
import { timeLeft } from './terminal/time-left';
import { trackImportInputSchema, type TrackImportInput } from '../core/tracker/input';
import { connect } from './connect';
import { describeTracker, startOrAttachTracker } from '../temporal/trackers';
import { exitCodeOfOutcome } from './exit-code-of-end';
import { followUntilInterrupted } from './terminal/follow-result';
import { configWithTeam, requireValid } from './checks';
import { print, printLine, printToStderr, printJson } from './terminal/output';
import type { ProgressReport } from './terminal/progress';

/** What the command line says of `track`. */
export interface TrackFlags {
  team?: string;
  submittedAt?: string;
  waitTimeout?: string;
  results?: ResultsMode;
  maximumPolls?: number;
  json: boolean;
}

/** `prism-imports track JOB_ID`; resolves to the exit code. */
export async function runTrack(jobId: string, flags: TrackFlags): Promise<number> {
  const config = configWithTeam(flags.team);
  const input = trackerInput(config.team, jobId, flags);
  requireValid(trackImportInputSchema, input);
  const client = await connect(config);
  try {
    const outcome = await track(client, config.taskQueue, input);
    if (flags.json) printJson(outcome);
    else printOutcome(outcome);
    return exitCodeOfOutcome(outcome);
  } finally {
    await client.connection.close();
  }
}

function trackerInput(teamId: string, jobId: string, flags: TrackFlags): TrackImportInput {
  const { submittedAt, waitTimeout, results, maximumPolls } = flags;
  const polling: PollingInput | undefined = maximumPolls === undefined ? undefined : { maximumPolls };
  return {
    teamId,
    jobId,
    ...(submittedAt !== undefined && { submittedAt }),
    ...(waitTimeout !== undefined && { waitTimeout }),
    ...(results !== undefined && { results }),
    ...(polling !== undefined && { polling }),
  };
}

async function track(client: Client, taskQueue: string, input: TrackImportInput): Promise<ImportOutcome> {
  const handle = await startOrAttachTracker(client, taskQueue, input);
  printToStderr(
    handle.isAttached
      ? `Attached to workflow ${handle.workflowId}; it goes on as it was started`
      : `Tracked by workflow ${handle.workflowId}, started now`,
  );
  const fetchProgress = async (): Promise<ProgressReport | null> => {
    const { state, silence } = await describeTracker(client, handle.workflowId);
    if (state === null) return { processed: null, total: null, text: silence ?? 'no answer' };
    const { processed, total } = state.progress;
    const problem = state.problem === null ? '' : `, ${state.problem.code}: ${state.problem.message}`;
    return {
      processed,
      total,
      text: `${state.job?.status ?? 'not seen yet'}, poll ${state.polls}${problem}`,
      left: timeLeft(state.progress, Date.now()),
    };
  };
  const advice = 'The tracker goes on; run the same command again to attach to it.';
  return followUntilInterrupted(handle.result(), fetchProgress, advice);
}

/** How an import ended, for people. */
export function printOutcome(outcome: ImportOutcome): void {
  print(`Import ${outcome.jobId}: ${outcome.status} after ${outcome.tracking.polls} polls`);
  if ('job' in outcome) return printFinished(outcome);
  switch (outcome.status) {
    case 'expired':
      printLine(outcome.message);
      break;
    case 'timed_out':
      printLine(
        outcome.problem === null ? 'The import was still processing.' : `Problem: ${outcome.problem.message}`,
      );
      break;
  }
}

function printFinished(outcome: FinishedOutcome): void {
  const { job, resultsRef, resultsOmitted, failedResults, failedOmitted = 0 } = outcome;
  const { total, succeeded, failed, error } = job;
  print(`Rows: ${total ?? 'unknown'}, succeeded ${succeeded ?? 'unknown'}, failed ${failed ?? 'unknown'}`);
  if (error) printLine(`Error: ${error.code ?? 'no code'}: ${error.message ?? 'no message'}`);
  if (failedResults !== undefined && failedResults.length + failedOmitted > 0) {
    const isAll = failedOmitted === 0 ? '' : `, ${failedOmitted} more are not`;
    print(`Failed rows: ${failedResults.length} in the outcome${isAll} (\`--json\` prints it)`);
  }
  if (resultsRef !== null) print(`Results: ${resultsRef.uri}`);
  if (resultsOmitted)
    print('Results: not kept (set PRISM_STORAGE to keep results that are too large for Temporal)');
}
