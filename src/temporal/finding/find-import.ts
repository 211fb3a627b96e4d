import type { Client, WorkflowHandle } from '@temporalio/client';
import { TemporalProblem } from '../problem';
import { findByPart, type Target } from './find-by-part';
import { decisiveRun, openRun, type TrackerRun } from './tracker-run';
import { findWorkflow, runsOfJob, runsOfTracker } from './tracker-runs';

/** A run of a workflow that was found; `type` is its workflow type, which may be anyone's. */
export interface FoundWorkflow {
  /** For a tracker, bound to the run. */
  handle: WorkflowHandle;
  runId: string;
  type: string;
  isRunning: boolean;
  /** For a tracker, all known runs of the import: open ones first, then by end, latest first. */
  runs: readonly TrackerRun[];
}

/** How the user named an import. */
export interface SoughtImport {
  /** A workflow id, a job id, or an unambiguous prefix of one. */
  id: string;
  /** The team of the job id, or null if unknown. */
  teamId: string | null;
  /** Which run to prefer: an open one, or one with a known outcome. */
  first: 'open' | 'outcome';
}

/**
 * Finds what a user means by an id, in this order: a workflow with this id; with a team, a tracker of this job, whoever
 * started it; a tracker of this job in any team; the only import or pipeline whose id starts with it. Of several runs,
 * it picks the one that `first` prefers, else the newest. Throws {@link TemporalProblem} if nothing matches, or several
 * do.
 */
export async function findImport(
  client: Client,
  { id, teamId, first }: SoughtImport,
): Promise<FoundWorkflow> {
  const found =
    (await findTarget(client, { workflowId: id }, first)) ??
    (teamId === null ? null : await findTarget(client, { teamId, jobId: id }, first)) ??
    (await findTarget(client, await findByPart(client, id), first));
  if (found !== null) return found;
  const tracker = teamId === null ? '' : `, and no tracker of such a job of team ${JSON.stringify(teamId)}`;
  throw new TemporalProblem(
    `The namespace ${JSON.stringify(client.options.namespace)} has no workflow ${JSON.stringify(id)}${tracker}: ` +
      'give a workflow id, a job id with its --team, or the beginning of one that no other has. ' +
      'If it ended longer ago than the namespace keeps closed workflows, `prism-imports track` asks the API again.',
  );
}

async function findTarget(
  client: Client,
  target: Target | null,
  first: SoughtImport['first'],
): Promise<FoundWorkflow | null> {
  if (target === null) return null;
  if ('jobId' in target) return chosen(client, await runsOfJob(client, target), first);
  const workflow = await findWorkflow(client, target.workflowId);
  if (workflow === null) return null;
  if (workflow.type === 'trackImport')
    return chosen(client, await runsOfTracker(client, target.workflowId), first);
  const { workflowId, runId, type, closeTime } = workflow;
  const handle = client.workflow.getHandle(workflowId);
  return { handle, runId, type, isRunning: closeTime === undefined, runs: [] };
}

/** The tracker run to use, or null if there is none. */
function chosen(
  client: Client,
  runs: readonly TrackerRun[],
  first: SoughtImport['first'],
): FoundWorkflow | null {
  const known = first === 'open' ? (openRun(runs) ?? decisiveRun(runs)) : decisiveRun(runs);
  const run = known ?? runs[0];
  if (run === undefined) return null;
  const { workflowId, runId, endedAt } = run;
  const handle = client.workflow.getHandle(workflowId, runId);
  return { handle, runId, type: 'trackImport', isRunning: endedAt === null, runs };
}
