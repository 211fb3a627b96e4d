import { Command } from 'commander';
import type { Client } from '@temporalio/client';
import { loadConfig } from '../config';
import { trackerWorkflowId } from '../domain/ids';
import type { ImportOutcome } from '../domain/outcome';
import { describeProgress } from '../domain/texts';
import { connectClient } from '../temporal/connection';
import { describeTracker, type TrackerDescription } from '../temporal/trackers';
import { jsonOption, teamOption } from './options';
import { print, printJson } from './output';
import { printOutcome } from './track';

/** `prism-imports describe ID` */
export function describeCommand(): Command {
  return new Command('describe')
    .description('show one tracker: state, progress, polls, outcome, and how to act on it')
    .argument('<id>', "job id (with --team or MICRO_TEAM_ID), or the tracker's workflow id")
    .addOption(teamOption())
    .addOption(jsonOption())
    .action(async (id: string, flags: { team?: string; json: boolean }) => {
      const { temporal, micro } = loadConfig();
      const team = flags.team ?? micro.teamId;
      const workflowId = team === null || id.includes('/') ? id : trackerWorkflowId(team, id);
      const client = await connectClient(temporal);
      try {
        const description = await describeTracker(client, workflowId);
        const outcome = await outcomeOf(client, description);
        if (flags.json) printJson(asJson(description, outcome));
        else printDescription(description, outcome, temporal);
      } finally {
        await client.connection.close();
      }
    });
}

async function outcomeOf(client: Client, { execution }: TrackerDescription): Promise<ImportOutcome | null> {
  if (execution.status.name !== 'COMPLETED') return null;
  return (await client.workflow.getHandle(execution.workflowId, execution.runId).result()) as ImportOutcome;
}

function asJson({ execution, state, silence }: TrackerDescription, outcome: ImportOutcome | null) {
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
    outcome,
  };
}

function printDescription(
  { execution, state, silence }: TrackerDescription,
  outcome: ImportOutcome | null,
  { address, namespace }: { address: string; namespace: string },
): void {
  const { workflowId, status, startTime, historyLength } = execution;
  print(`Workflow   ${workflowId}`);
  print(`Execution  ${status.name.toLowerCase()} since ${startTime.toISOString()}, ${historyLength} events`);
  if (state === null) print(`State      ${silence ?? 'not known'}`);
  else {
    print(`Import     ${state.job?.status ?? 'not seen yet'}, tracker ${state.phase}`);
    print(`Progress   ${describeProgress(state.progress)}`);
    print(`Estimated  ${state.progress.estimatedEndAt ?? 'not known'}`);
    print(
      `Polls      ${state.polls}, last ${state.lastPollAt ?? 'none'}, next ${state.nextPollAt ?? 'none'}`,
    );
    print(`Kept until ${state.expiresAt}`);
    print(
      `Problem    ${state.problem === null ? 'none' : `${state.problem.code}: ${state.problem.message}`}`,
    );
  }
  if (outcome !== null) printOutcome(outcome);
  if (status.name !== 'RUNNING') return;
  const target = `--address ${address} --namespace ${namespace} --workflow-id '${workflowId}'`;
  print('');
  print(`Poll at once:    temporal workflow signal ${target} --name pollNow`);
  print(`Stop following:  temporal workflow cancel ${target}`);
}
