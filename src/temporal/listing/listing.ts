import { retentionMs } from '../../core/api/limits';
import { endStatusNames } from '../../core/tracker/end-statuses';
import { beginningWith, equalTo, quoted } from './query-text';

/**
 * The statuses of listed imports and pipelines: `processing`, a final status, or `terminated` if the workflow was ended
 * in Temporal before it could publish its own.
 */
export const listedStatuses = ['processing', ...endStatusNames, 'terminated'] as const;
export type ListedStatus = (typeof listedStatuses)[number];

/** A tracker or pipeline as the namespace's index knows it. Times are ISO 8601 UTC; what the index lacks is null. */
export interface ListedImport {
  /** One of {@link listedStatuses}, or another word from the index. */
  status: string;
  teamId: string | null;
  jobId: string | null;
  /** Start of the tracker's current run; if it continued as new, the tracker is older. */
  startedAt: string;
  endedAt: string | null;
  /** When the API deletes the import. */
  expiresAt: string | null;
  /**
   * The code of the problem that keeps a tracker from polling or a pipeline from launching, or did so when it ended;
   * null if there is none. Always null for runs started by 0.1.0.
   */
  problem: string | null;
  workflowId: string;
  runId: string;
  /** The tracker's own answer; null if it did not answer, absent if it was not queried. */
  asked?: QueriedState | null;
  /** Why no worker completes its workflow tasks, or null; absent if this was not checked. */
  stalled?: string | null;
  /** The task queues that it needs and that have no worker; absent if this was not checked. */
  unserved?: string[];
  /** The task queue that it was started on; null if it is closed, absent if this was not checked. */
  taskQueue?: string | null;
}

/** What only the tracker itself knows. Times are ISO 8601 UTC. */
export interface QueriedState {
  polls: number;
  /** The share of rows that the API has processed, 0 to 1; null if the API does not report it. */
  fraction: number | null;
  nextPollAt: string | null;
  /** The end that its progress predicts; null if there is no prediction. */
  estimatedEndAt: string | null;
  problemSince: string | null;
  problemMessage: string | null;
}

/** What to list. */
export interface ListFilter {
  teamId: string | null;
  /** Null for all. */
  statuses: readonly ListedStatus[] | null;
  /** Only workflows started before or after these times, ISO 8601 UTC; null for no limit. */
  startedBefore: string | null;
  startedAfter: string | null;
  /** Only workflows whose id starts with this. */
  idPrefix?: string;
  /** Only open workflows with a problem, or with one of these codes. */
  problem?: 'any' | readonly string[];
  /** Only open workflows that expire before then, ISO 8601 UTC. */
  expiresBefore?: string;
}

/** Whether a filter matches only open workflows. */
export const asksForOpenOnly = ({ problem, expiresBefore }: ListFilter): boolean =>
  problem !== undefined || expiresBefore !== undefined;

/** Whether Temporal's state of a run means that it is open. */
const isRunning = (execution: string): boolean => execution === 'RUNNING';

/** The listed status of runs that published none, by their state in Temporal. */
const executionsOf: Partial<Record<ListedStatus, readonly string[]>> = {
  complete: ['Completed'],
  error: ['Failed'],
  cancelled: ['Canceled'],
  terminated: ['Terminated', 'TimedOut'],
};

/**
 * The status to list, from the search attribute `PrismImportStatus` and the state of the run (`RUNNING`, `FAILED`, … in
 * the SDK's words).
 */
export function listedStatus(published: string | null, execution: string): string {
  if (isRunning(execution)) return published ?? 'processing';
  if (published !== null && published !== 'processing') return published;
  const words: Record<string, ListedStatus> = {
    COMPLETED: 'complete',
    FAILED: 'error',
    CANCELLED: 'cancelled',
  };
  return words[execution] ?? 'terminated';
}

/**
 * Whether a listed import passes the filter. The index may return more than that, because its queries cannot express
 * everything.
 */
export function passes(
  { teamId, statuses, idPrefix = '' }: ListFilter,
  row: Pick<ListedImport, 'status' | 'teamId' | 'workflowId'>,
): boolean {
  const isWanted = statuses === null || statuses.some((status) => status === row.status);
  return isWanted && (teamId === null || row.teamId === teamId) && row.workflowId.startsWith(idPrefix);
}

/**
 * A visibility query for the open or the closed runs of a workflow type. It matches at least what {@link passes}, and
 * uses only what every server understands: no order, and no text that servers read differently.
 */
export function listQuery(
  workflowType: string,
  { teamId, statuses, ...times }: ListFilter,
  running: boolean,
): string {
  const { startedBefore, startedAfter, idPrefix, problem, expiresBefore } = times;
  const clauses = [
    `WorkflowType = ${quoted(workflowType)}`,
    running ? "ExecutionStatus = 'Running'" : "ExecutionStatus NOT IN ('Running', 'ContinuedAsNew')",
    ...(startedBefore === null ? [] : [`StartTime < ${quoted(startedBefore)}`]),
    ...(startedAfter === null ? [] : [`StartTime > ${quoted(startedAfter)}`]),
    ...(teamId === null ? [] : equalTo('PrismTeamId', teamId)),
    ...(idPrefix === undefined ? [] : beginningWith('WorkflowId', idPrefix)),
    ...(statuses === null ? [] : statusClauses(statuses, running)),
    ...(problem === undefined ? [] : [problemClause(problem)]),
    ...(expiresBefore === undefined ? [] : [`PrismExpiresAt < ${quoted(expiresBefore)}`]),
  ];
  return clauses.join(' AND ');
}

const problemClause = (problem: NonNullable<ListFilter['problem']>): string =>
  problem === 'any' ? 'PrismProblem IS NOT NULL' : `PrismProblem IN (${problem.map(quoted).join(', ')})`;

function statusClauses(statuses: readonly ListedStatus[], running: boolean): string[] {
  // An open tracker may not have published its status yet.
  if (running && statuses.includes('processing')) return [];
  const executions = running ? [] : statuses.flatMap((status) => executionsOf[status] ?? []);
  const published = `PrismImportStatus IN (${statuses.map(quoted).join(', ')})`;
  if (executions.length === 0) return [published];
  const silent = "(PrismImportStatus IS NULL OR PrismImportStatus = 'processing')";
  return [`(${published} OR (${silent} AND ExecutionStatus IN (${executions.map(quoted).join(', ')})))`];
}

/** Sorts open workflows by expiry, first to expire first. If the expiry is unknown, it is derived from the start. */
export function byUrgency(one: ListedImport, other: ListedImport): number {
  return deadline(one) - deadline(other) || (one.workflowId < other.workflowId ? -1 : 1);
}

const deadline = ({ expiresAt, startedAt }: ListedImport): number =>
  expiresAt === null ? Date.parse(startedAt) + retentionMs : Date.parse(expiresAt);
