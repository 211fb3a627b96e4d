import { Command, Option } from 'commander';
import type { Client } from '@temporalio/client';
import { resultsModes, type ResultsMode } from '../core/tracker/get-import-status';
import type { ImportOutcome } from '../core/tracker/outcome';
import type { PollingInput } from '../core/tracker/polling';
import { timeLeft } from './terminal/time-left';
import { trackImportInputSchema, type TrackImportInput } from '../core/tracker/input';
import { connectClient } from '../temporal/connection';
import { describeTracker, startTracker } from '../temporal/trackers';
import { exitCodeOfOutcome } from './exit-codes';
import { followUntilInterrupted } from './terminal/follow';
import { configWithTeam, durationText, jsonOption, requireValid, teamOption, wholeNumber } from './options';
import { print, printAside, printJson } from './terminal/output';
import type { ProgressReport } from './terminal/progress';

interface TrackFlags {
  team?: string;
  submittedAt?: string;
  waitTimeout?: string;
  results?: ResultsMode;
  maximumPolls?: number;
  json: boolean;
}

/** `prism-imports track JOB_ID` */
export function trackCommand(): Command {
  return new Command('track')
    .description(
      'follow an import to its end, attaching to its tracker or starting one; Ctrl-C leaves the tracker running',
    )
    .argument('<job-id>', 'job id, as the import request was answered with')
    .addOption(teamOption())
    .option('--submitted-at <time>', 'when the import was requested, in ISO 8601 (default: now)')
    .option(
      '--wait-timeout <duration>',
      'stop waiting after this time (default: when the API forgets the import)',
      durationText,
    )
    .addOption(
      new Option('--results <mode>', "where the rows' results go (default: auto)").choices(resultsModes),
    )
    .option('--maximum-polls <number>', 'most requests to spend', wholeNumber(1))
    .addOption(jsonOption())
    .action(async (jobId: string, flags: TrackFlags) => {
      const config = configWithTeam(flags.team);
      const input = trackerInput(config.team, jobId, flags);
      requireValid(trackImportInputSchema, input);
      const client = await connectClient(config.temporal);
      try {
        const outcome = await track(client, config.taskQueue, input);
        if (flags.json) printJson(outcome);
        else printOutcome(outcome);
        process.exitCode = exitCodeOfOutcome(outcome);
      } finally {
        await client.connection.close();
      }
    });
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
  const handle = await startTracker(client, taskQueue, input);
  printAside(
    handle.isAttached
      ? `Attached to workflow ${handle.workflowId}; it goes on as it was started`
      : `Tracked by workflow ${handle.workflowId}, started now`,
  );
  const look = async (): Promise<ProgressReport | null> => {
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
  return followUntilInterrupted(handle.result(), look, advice);
}

/** How an import ended, for people. */
export function printOutcome(outcome: ImportOutcome): void {
  print(`Import ${outcome.jobId}: ${outcome.status} after ${outcome.tracking.polls} polls`);
  switch (outcome.status) {
    case 'complete':
    case 'failed': {
      const { total, succeeded, failed, error } = outcome.job;
      print(
        `Rows: ${total ?? 'unknown'}, succeeded ${succeeded ?? 'unknown'}, failed ${failed ?? 'unknown'}`,
      );
      if (error) print(`Error: ${error.code ?? 'no code'}: ${error.message ?? 'no message'}`);
      if (outcome.resultsRef !== null) print(`Results: ${outcome.resultsRef.uri}`);
      if (outcome.resultsOmitted)
        print('Results: not kept (set PRISM_STORAGE to keep results that are too large for Temporal)');
      break;
    }
    case 'expired':
      print(outcome.message);
      break;
    case 'timed_out':
      print(
        outcome.problem === null ? 'The import was still processing.' : `Problem: ${outcome.problem.message}`,
      );
      break;
  }
}
