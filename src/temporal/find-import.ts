import {
  type Client,
  type WorkflowExecutionInfo,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { trackerWorkflowId } from '../core/ids';
import { describeWorkflow, indexClient } from './index-client';
import { equalTo, isAskable, readAndFilter } from './listing/query-text';
import { TemporalProblem } from './problem';
import { prismJobIdKey, prismTeamIdKey } from '../workflows/messages';

/** A workflow that was found; `type` is its workflow type, whatever that is. */
export interface FoundWorkflow {
  handle: WorkflowHandle;
  type: string;
  isRunning: boolean;
}

/**
 * Finds what a user means by an id: a workflow of this id; else, with a team, the tracker of this job that our client
 * would have started; else the latest tracker of this job that any parent has started, as far as the namespace's index
 * knows. Throws {@link TemporalProblem} when there is none.
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
  const clauses = [
    "WorkflowType = 'trackImport'",
    ...equalTo('PrismTeamId', teamId),
    ...equalTo('PrismJobId', jobId),
  ];
  const isWanted = ({ typedSearchAttributes: has }: WorkflowExecutionInfo) =>
    has.get(prismTeamIdKey) === teamId && has.get(prismJobIdKey) === jobId;
  const query = clauses.join(' AND ');
  const latest =
    isAskable(teamId) && isAskable(jobId)
      ? indexClient(client).workflow.list({ query, pageSize: 1 })
      : await readAndFilter(client, query, isWanted);
  for await (const { workflowId } of latest) return findWorkflow(client, workflowId);
  return null;
}
