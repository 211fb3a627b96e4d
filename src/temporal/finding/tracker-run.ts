import type { WorkflowExecutionInfo } from '@temporalio/client';
import { endStatuses, outcomeStatusNames } from '../../core/tracker/end-statuses';
import {
  prismExpiresAtKey,
  prismImportStatusKey,
  prismJobIdKey,
  prismTeamIdKey,
} from '../../workflows/messages';
import { listedStatus } from '../listing/listing';

/** A run of a tracker as the server knows it without its worker. Times are ISO 8601 UTC; what is not known is null. */
export interface TrackerRun {
  workflowId: string;
  runId: string;
  teamId: string | null;
  jobId: string | null;
  /** As lists show it: `processing`, how it ended, or `terminated`. */
  status: string;
  /** Whether it returned an outcome, which can be read. */
  hasOutcome: boolean;
  startedAt: string;
  endedAt: string | null;
  expiresAt: string | null;
}

/** What the server says of a run, in our words. */
export function trackerRun(info: Omit<WorkflowExecutionInfo, 'raw'>): TrackerRun {
  const { typedSearchAttributes: known, workflowId, runId, status, startTime, closeTime } = info;
  return {
    workflowId,
    runId,
    teamId: known.get(prismTeamIdKey) ?? null,
    jobId: known.get(prismJobIdKey) ?? null,
    status: listedStatus(known.get(prismImportStatusKey) ?? null, status.name),
    hasOutcome: status.name === 'COMPLETED',
    startedAt: startTime.toISOString(),
    endedAt: closeTime?.toISOString() ?? null,
    expiresAt: known.get(prismExpiresAtKey)?.toISOString() ?? null,
  };
}

/** Those that go on first, then the latest end first. */
export const byRecency = (one: TrackerRun, other: TrackerRun): number =>
  rank(other) - rank(one) || (one.startedAt < other.startedAt ? 1 : -1);

const rank = ({ endedAt }: TrackerRun): number => (endedAt === null ? Infinity : Date.parse(endedAt));

/** The run that goes on, of runs by {@link byRecency}; null when none does. */
export const openRun = (runs: readonly TrackerRun[]): TrackerRun | null =>
  runs.find(({ endedAt }) => endedAt === null) ?? null;

/**
 * The run whose outcome says how the import ended, of runs by {@link byRecency}: the newest in which the API reported
 * the end, whatever a later one found; else the newest outcome, when the tracking does not go on after such a one. Null
 * when there is none.
 */
export function decisiveRun(runs: readonly TrackerRun[]): TrackerRun | null {
  const ended = runs.filter(({ hasOutcome }) => hasOutcome);
  const reported = ended.find(({ status }) => factsOf(status)?.by === 'api');
  if (reported !== undefined) return reported;
  const [newest] = ended;
  return newest !== undefined && newest.status !== 'timed_out' && factsOf(newest.status) !== null
    ? newest
    : null;
}

function factsOf(status: string): (typeof endStatuses)[keyof typeof endStatuses] | null {
  const name = outcomeStatusNames.find((each) => each === status);
  return name === undefined ? null : endStatuses[name];
}
