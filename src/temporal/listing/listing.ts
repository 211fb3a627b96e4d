import { retentionMs } from '../../core/api/limits';
import { endStatusNames } from '../../core/tracker/end-statuses';
import { beginningWith, equalTo, quoted } from './query-text';

/**
 * What a listed import or pipeline can be: `processing`, how it ended, or `terminated` when Temporal was made to end
 * its workflow before that could tell.
 */
export const listedStatuses = ['processing', ...endStatusNames, 'terminated'] as const;
export type ListedStatus = (typeof listedStatuses)[number];

/**
 * A tracker or a pipeline as the namespace's index knows it. Times are ISO 8601 UTC; what the index does not hold is
 * null.
 */
export interface ListedImport {
  /** One of {@link listedStatuses}, or another word that the index holds. */
  status: string;
  teamId: string | null;
  jobId: string | null;
  /** Start of the tracker's present run: a tracker that continued as new began before. */
  startedAt: string;
  endedAt: string | null;
  /** When the API forgets the import. */
  expiresAt: string | null;
  /**
   * The code of what keeps a tracker from looking, or a pipeline from launching, or kept it when it ended; null when
   * nothing does. Runs begun by 0.1.0 never say.
   */
  problem: string | null;
  workflowId: string;
  runId: string;
  /** What the tracker itself says; null when it did not answer, absent where it was not asked. */
  asked?: AskedState | null;
  /** Why no worker gets through its workflow tasks, or null; absent where the server was not asked. */
  stalled?: string | null;
  /** The task queues that it needs and that nobody serves; absent where the server was not asked. */
  unserved?: string[];
  /** The task queue that it was started on; null when it has ended, absent where the server was not asked. */
  taskQueue?: string | null;
}

/** What only a tracker itself knows. Times are ISO 8601 UTC. */
export interface AskedState {
  polls: number;
  /** The share of its rows that the API has worked on, 0 to 1; null while the API does not tell. */
  fraction: number | null;
  nextPollAt: string | null;
  /** When its progress predicts the end; null while it predicts none. */
  estimatedEndAt: string | null;
  problemSince: string | null;
  problemMessage: string | null;
}

/** What to list. */
export interface ListFilter {
  teamId: string | null;
  /** Null for all. */
  statuses: readonly ListedStatus[] | null;
  /** Only what started before or after these times, ISO 8601 UTC, or null. */
  startedBefore: string | null;
  startedAfter: string | null;
  /** Only workflows whose id begins so. */
  idPrefix?: string;
  /** Only what goes on and is in trouble, by whatever or by these codes. */
  problem?: 'any' | readonly string[];
  /** Only what goes on and is kept by the API no longer than until then, ISO 8601 UTC. */
  expiresBefore?: string;
}

/** Whether a filter asks for nothing that has ended. */
export const asksForOpenOnly = ({ problem, expiresBefore }: ListFilter): boolean =>
  problem !== undefined || expiresBefore !== undefined;

/** Whether the state of a run in Temporal is one of a tracker that goes on. */
const isRunning = (execution: string): boolean => execution === 'RUNNING';

/** The states in which Temporal leaves a run that has published nothing of its end, by what they are listed as. */
const executionsOf: Partial<Record<ListedStatus, readonly string[]>> = {
  complete: ['Completed'],
  error: ['Failed'],
  cancelled: ['Canceled'],
  terminated: ['Terminated', 'TimedOut'],
};

/**
 * What an import is listed as, by the search attribute `PrismImportStatus` and the state of its run (`RUNNING`,
 * `FAILED`, … as the SDK names it).
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
 * Whether a listed import passes the filter. The index may know more than it was asked: not everything can be said in
 * its queries.
 */
export function passes(
  { teamId, statuses, idPrefix = '' }: ListFilter,
  row: Pick<ListedImport, 'status' | 'teamId' | 'workflowId'>,
): boolean {
  const isWanted = statuses === null || statuses.some((status) => status === row.status);
  return isWanted && (teamId === null || row.teamId === teamId) && row.workflowId.startsWith(idPrefix);
}

/**
 * A visibility query for the runs of a workflow type that go on, or for those that ended. It selects at least what
 * {@link passes}, in the language that every server understands: no order, and no text that servers read differently.
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
  // A tracker that goes on has not always said so yet.
  if (running && statuses.includes('processing')) return [];
  const executions = running ? [] : statuses.flatMap((status) => executionsOf[status] ?? []);
  const published = `PrismImportStatus IN (${statuses.map(quoted).join(', ')})`;
  if (executions.length === 0) return [published];
  const silent = "(PrismImportStatus IS NULL OR PrismImportStatus = 'processing')";
  return [`(${published} OR (${silent} AND ExecutionStatus IN (${executions.map(quoted).join(', ')})))`];
}

/** The order of what goes on: first what the API forgets first. What does not say is counted from its start. */
export function byUrgency(one: ListedImport, other: ListedImport): number {
  return deadline(one) - deadline(other) || (one.workflowId < other.workflowId ? -1 : 1);
}

const deadline = ({ expiresAt, startedAt }: ListedImport): number =>
  expiresAt === null ? Date.parse(startedAt) + retentionMs : Date.parse(expiresAt);
