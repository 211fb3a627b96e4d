import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { trackerWorkflowId } from '../core/ids';
import { describeWorkflow, indexClient } from './index-client';
import { TemporalProblem } from './problem';

/** A workflow that was found; `type` is its workflow type, whatever that is. */
export interface FoundWorkflow {
  handle: WorkflowHandle;
  type: string;
  isRunning: boolean;
}

/**
 * Finds what a user means by an id: a workflow of this id; else, with a team, the tracker of this job that our client
 * would have started; else the latest tracker of this job that any parent has started, as far as the namespace's index
 * knows (not for ids with quotes or backslashes). Throws {@link TemporalProblem} when there is none.
 */
export async function findImport(client: Client, id: string, teamId: string | null): Promise<FoundWorkflow> {
  const found =
    (await findWorkflow(client, id)) ??
    (teamId === null ? null : await findWorkflow(client, trackerWorkflowId(teamId, id))) ??
    (teamId === null ? null : await findTrackerByJob(client, id, teamId));
  if (found !== null) return found;
  const tracker = teamId === null ? '' : `, and no tracker of such a job of team ${JSON.stringify(teamId)}`;
  throw new TemporalProblem(
    `The namespace ${JSON.stringify(client.options.namespace)} has no workflow ${JSON.stringify(id)}${tracker}: ` +
      'give a workflow id, or a job id with its --team.',
  );
}

async function findWorkflow(client: Client, workflowId: string): Promise<FoundWorkflow | null> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    const { type, closeTime } = await describeWorkflow(client, workflowId);
    return { handle, type, isRunning: closeTime === undefined };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

async function findTrackerByJob(
  client: Client,
  jobId: string,
  teamId: string,
): Promise<FoundWorkflow | null> {
  // Servers differ in how such characters are written in a filter (SQLite under server 1.29.1 finds no double quote at
  // all).
  if (/['"\\]/.test(jobId + teamId)) return null;
  const query = `WorkflowType = 'trackImport' AND PrismTeamId = '${teamId}' AND PrismJobId = '${jobId}'`;
  for await (const { workflowId } of indexClient(client).workflow.list({ query, pageSize: 1 }))
    return findWorkflow(client, workflowId);
  return null;
}
