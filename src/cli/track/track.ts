import type { Client } from '@temporalio/client';
import type { ResultsMode } from '../../core/tracker/get-import-status';
import type { ImportOutcome } from '../../core/tracker/outcome';
import type { PollingInput } from '../../core/tracker/polling';
import { trackImportInputSchema, type TrackImportInput } from '../../core/tracker/input';
import { connect } from '../connect';
import { openTracker, type OpenedTracker } from '../../temporal/finding/open-tracker';
import { describeTracker, isNoWorker } from '../../temporal/trackers';
import { exitCodeOfOutcome } from '../exit-code-of-end';
import { exitCodes } from '../exit-codes';
import { followUntilInterrupted } from '../terminal/follow-result';
import { configWithTeam, requireValid } from '../checks';
import { printJson, printToStderr } from '../terminal/output';
import type { ProgressReport } from '../terminal/progress';
import { timeLeft } from '../terminal/time-left';
import { howOpened, printOpened } from './how-opened';
import { idsOf } from './ids-of';
import { printOutcome } from './print-outcome';
import { trackMany, type Opening } from './track-many';

/** Options of `track`. */
export interface TrackFlags {
  team?: string;
  submittedAt?: string;
  waitTimeout?: string;
  results?: ResultsMode;
  maximumPolls?: number;
  again: boolean;
  detach: boolean;
  json: boolean;
}

/** `prism-imports track JOB_ID`, or `-` for ids from standard input, one per line; resolves to the exit code. */
export async function runTrack(jobId: string, flags: TrackFlags): Promise<number> {
  const config = configWithTeam(flags.team);
  const jobIds = jobId === '-' ? await idsOf(process.stdin) : [jobId];
  const inputs = jobIds.map((id) => trackerInput(config.team, id, flags));
  for (const input of inputs) requireValid(trackImportInputSchema, input);
  const client = await connect(config);
  try {
    const opening = { client, taskQueue: config.taskQueue, flags };
    if (jobId === '-') return await trackMany(opening, inputs);
    const [input] = inputs;
    return input === undefined ? exitCodes.complete : await trackOne(opening, input);
  } finally {
    await client.connection.close();
  }
}

async function trackOne({ client, taskQueue, flags }: Opening, input: TrackImportInput): Promise<number> {
  const tracker = await openTracker(client, taskQueue, input, flags);
  if (flags.detach) {
    printOpened(tracker, input, flags.json);
    return exitCodes.complete;
  }
  printToStderr(howOpened(tracker, input));
  const outcome = await follow(client, tracker);
  if (flags.json) printJson(outcome);
  else printOutcome(outcome);
  return exitCodeOfOutcome(outcome);
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

async function follow(client: Client, { handle, state }: OpenedTracker): Promise<ImportOutcome> {
  if (state === 'ended') return handle.result();
  const fetchProgress = async (): Promise<ProgressReport | null> => {
    const { execution, state, silence } = await describeTracker(client, handle.workflowId);
    if (state === null) {
      const text = isNoWorker(silence)
        ? `no answer yet; check that a worker polls the task queue ${execution.taskQueue}`
        : (silence ?? 'no answer');
      return { processed: null, total: null, text };
    }
    const { processed, total } = state.progress;
    const problem = state.problem === null ? '' : `, ${state.problem.code}: ${state.problem.message}`;
    return {
      processed,
      total,
      text: `${state.job?.status ?? 'not seen yet'}, poll ${state.polls}${problem}`,
      left: timeLeft(state.progress, Date.now()),
    };
  };
  const advice = 'The tracker keeps running; run the same command again to attach to it.';
  return followUntilInterrupted(handle.result(), fetchProgress, advice);
}
