import type { Client } from '@temporalio/client';
import type { ResultsMode } from '../../core/tracker/get-import-status';
import type { ImportOutcome } from '../../core/tracker/outcome';
import type { PollingInput } from '../../core/tracker/polling';
import { trackImportInputSchema, type TrackImportInput } from '../../core/tracker/input';
import { connect } from '../connect';
import { openTracker, type OpenedTracker } from '../../temporal/finding/open-tracker';
import { shellWord } from '../../temporal/shell-word';
import { describeTracker } from '../../temporal/trackers';
import { programLine, withLine } from '../command-line';
import { exitCodeOfOutcome } from '../exit-code-of-end';
import { followUntilInterrupted } from '../terminal/follow-result';
import { configWithTeam, requireValid } from '../checks';
import { printJson, printToStderr } from '../terminal/output';
import type { ProgressReport } from '../terminal/progress';
import { timeLeft } from '../terminal/time-left';
import { printOutcome } from './print-outcome';

/** What the command line says of `track`. */
export interface TrackFlags {
  team?: string;
  submittedAt?: string;
  waitTimeout?: string;
  results?: ResultsMode;
  maximumPolls?: number;
  again: boolean;
  json: boolean;
}

/** `prism-imports track JOB_ID`; resolves to the exit code. */
export async function runTrack(jobId: string, flags: TrackFlags): Promise<number> {
  const config = configWithTeam(flags.team);
  const input = trackerInput(config.team, jobId, flags);
  requireValid(trackImportInputSchema, input);
  const client = await connect(config);
  try {
    const outcome = await track(client, config.taskQueue, input, flags);
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

async function track(
  client: Client,
  taskQueue: string,
  input: TrackImportInput,
  flags: TrackFlags,
): Promise<ImportOutcome> {
  const tracker = await openTracker(client, taskQueue, input, flags);
  const { handle, state } = tracker;
  printToStderr(howOpened(tracker, input));
  if (state === 'ended') return handle.result();
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

/** What was found or begun, and where. */
function howOpened(
  { handle: { workflowId }, state, endedAt }: OpenedTracker,
  { teamId, jobId }: TrackImportInput,
): string {
  if (state === 'started') return `Tracked by workflow ${workflowId}, started now`;
  if (state === 'running') return `Attached to workflow ${workflowId}; it goes on as it was started`;
  const again = programLine('track', jobId, `--team ${shellWord(teamId)} --again`);
  return withLine(
    `Workflow ${workflowId} has followed it to its end (${endedAt}): nothing is asked of the API. To look afresh:`,
    again,
  );
}
