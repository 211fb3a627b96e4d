import { Command } from 'commander';
import { WorkflowFailedError, type Client } from '@temporalio/client';
import { loadConfig } from '../config';
import { trackerWorkflowId } from '../domain/ids';
import type { ImportOutcome } from '../domain/outcome';
import { describeEnd, describeProgress } from '../domain/texts';
import { trackImportInputSchema } from '../domain/tracking-input';
import type { TrackingState } from '../domain/tracking-state';
import { connectClient } from '../temporal/connection';
import { describeTracker, shellWord, type TrackerDescription } from '../temporal/trackers';
import { explain } from './errors';
import { exitCodes } from './exit-codes';
import { jsonOption, requireValid, teamOption } from './options';
import { CommandError, print, printJson } from './output';
import { printOutcome } from './track';

/** How a tracker ended: by an outcome, or by a failure in words; both null while it runs. */
interface End {
  outcome: ImportOutcome | null;
  failure: string | null;
}

/** `prism-imports describe ID` */
export function describeCommand(): Command {
  return new Command('describe')
    .description('show one tracker: state, progress, polls, outcome, and how to act on it')
    .argument('<id>', "job id (with --team or MICRO_TEAM_ID), or the tracker's workflow id")
    .addOption(teamOption())
    .addOption(jsonOption())
    .action(async (id: string, flags: { team?: string; json: boolean }) => {
      const { temporal, micro } = loadConfig();
      const workflowId = workflowIdOf(id, flags.team ?? micro.teamId);
      const client = await connectClient(temporal);
      try {
        const description = await describeTracker(client, workflowId);
        const { type } = description.execution;
        if (type !== 'trackImport') {
          throw new CommandError(
            `The workflow ${JSON.stringify(workflowId)} is of type ${type}, not a tracker: give a job id or a tracker's workflow id.`,
            exitCodes.error,
          );
        }
        const end = await endOf(client, description);
        if (flags.json) printJson(asJson(description, end));
        else printDescription(description, end, temporal);
      } finally {
        await client.connection.close();
      }
    });
}

/** A workflow id is taken as it is: only it can contain a slash, unless there is no team for a job id. */
function workflowIdOf(id: string, team: string | null): string {
  if (id.includes('/') || (team === null && id !== '')) return id;
  requireValid(trackImportInputSchema, { teamId: team ?? undefined, jobId: id });
  return trackerWorkflowId(team ?? '', id);
}

async function endOf(client: Client, { execution }: TrackerDescription): Promise<End> {
  if (execution.status.name === 'RUNNING') return { outcome: null, failure: null };
  try {
    const result: unknown = await client.workflow.getHandle(execution.workflowId, execution.runId).result();
    return { outcome: result as ImportOutcome, failure: null };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return { outcome: null, failure: explain(error).message };
  }
}

function asJson({ execution, state, silence }: TrackerDescription, end: End) {
  const { workflowId, runId, status, startTime, closeTime, historyLength } = execution;
  return {
    workflowId,
    runId,
    execution: status.name,
    startTime,
    closeTime: closeTime ?? null,
    historyLength,
    state,
    silence,
    ...end,
  };
}

function printDescription(
  { execution, state, silence }: TrackerDescription,
  { outcome, failure }: End,
  { address, namespace }: { address: string; namespace: string },
): void {
  const { workflowId, status, startTime, closeTime, historyLength } = execution;
  const span =
    closeTime === undefined
      ? `since ${startTime.toISOString()}`
      : `from ${startTime.toISOString()} to ${closeTime.toISOString()}`;
  print(`Workflow   ${workflowId}`);
  print(`Execution  ${status.name.toLowerCase()}, ${span}, ${historyLength} events`);
  if (state === null) print(`State      ${silence ?? 'not known'}`);
  else printState(state);
  if (outcome !== null) printOutcome(outcome);
  if (failure !== null) print(`Failure    ${failure}`);
  if (status.name !== 'RUNNING') return;
  const target = `--address ${address} --namespace ${namespace} --workflow-id ${shellWord(workflowId)}`;
  print();
  print(`Poll at once:    temporal workflow signal ${target} --name pollNow`);
  print(`Stop following:  temporal workflow cancel ${target}`);
}

function printState({
  job,
  phase,
  progress,
  polls,
  lastPollAt,
  nextPollAt,
  expiresAt,
  problem,
}: TrackingState) {
  print(`Import     ${job?.status ?? 'not seen yet'}, tracker ${phase}`);
  print(`Progress   ${describeProgress(progress)}`);
  print(`Estimated  ${describeEnd(progress) ?? 'not known'}`);
  print(`Polls      ${polls}, last ${lastPollAt ?? 'none'}, next ${nextPollAt ?? 'none'}`);
  print(`Kept until ${expiresAt}`);
  print(`Problem    ${problem === null ? 'none' : `${problem.code}: ${problem.message}`}`);
}
