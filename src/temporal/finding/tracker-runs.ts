import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { trackerWorkflowId } from '../../core/ids';
import { describeWorkflow } from '../index-client';
import { equalTo } from '../listing/query-text';
import { readAndFilter } from '../listing/read-index';
import { byRecency, trackerRun, type TrackerRun } from './tracker-run';

const trackersOnly = "WorkflowType = 'trackImport'";

/** The newest run of a workflow, or null when there is no such workflow. */
export async function findWorkflow(
  client: Client,
  workflowId: string,
): Promise<WorkflowExecutionDescription | null> {
  try {
    return await describeWorkflow(client, workflowId);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/**
 * Every run of every tracker of an import that the namespace still keeps: open runs first, then by end, latest first.
 * Covers the canonical id and trackers that parents started. A null team matches any team.
 */
export async function runsOfJob(
  client: Client,
  { teamId, jobId }: { teamId: string | null; jobId: string },
): Promise<TrackerRun[]> {
  const asked = [...equalTo('PrismJobId', jobId), ...(teamId === null ? [] : equalTo('PrismTeamId', teamId))];
  const isWanted = (run: TrackerRun) => run.jobId === jobId && (teamId === null || run.teamId === teamId);
  const listed = await runsInIndex(client, asked, isWanted);
  return withNewest(client, listed, teamId === null ? [] : [trackerWorkflowId(teamId, jobId)]);
}

/** Every run of one tracker that the namespace still keeps, sorted like {@link runsOfJob}. */
export async function runsOfTracker(client: Client, workflowId: string): Promise<TrackerRun[]> {
  const isWanted = (run: TrackerRun) => run.workflowId === workflowId;
  const listed = await runsInIndex(client, equalTo('WorkflowId', workflowId), isWanted);
  return withNewest(client, listed, [workflowId]);
}

async function runsInIndex(
  client: Client,
  clauses: readonly string[],
  isWanted: (run: TrackerRun) => boolean,
): Promise<TrackerRun[]> {
  const query = [trackersOnly, ...clauses].join(' AND ');
  const found = await readAndFilter(
    client,
    query,
    (info) => info.status.name !== 'CONTINUED_AS_NEW' && isWanted(trackerRun(info)),
  );
  return found.map(trackerRun);
}

/**
 * Refreshes runs from the server itself, because the index lags: the newest run of each workflow, and every run that
 * the index reports as open.
 */
async function withNewest(
  client: Client,
  listed: readonly TrackerRun[],
  workflowIds: readonly string[],
): Promise<TrackerRun[]> {
  const open = listed.filter(({ endedAt }) => endedAt === null).map(({ workflowId }) => workflowId);
  const found = await Promise.all(
    [...new Set([...workflowIds, ...open])].map((id) => findWorkflow(client, id)),
  );
  const newest = found.flatMap((each) => (each?.type === 'trackImport' ? [trackerRun(each)] : []));
  const isStale = ({ workflowId, runId, endedAt }: TrackerRun) =>
    newest.some((run) => run.workflowId === workflowId && (run.runId === runId || endedAt === null));
  return [...newest, ...listed.filter((run) => !isStale(run))].sort(byRecency);
}
