import type { WorkflowExecutionInfo } from '@temporalio/client';
import { endStatuses, outcomeStatusNames } from '../../core/tracker/end-statuses';
import {
  prismExpiresAtKey,
  prismImportStatusKey,
  prismJobIdKey,
  prismTeamIdKey,
} from '../../workflows/messages';
import { listedStatus } from '../listing/listing';

/** A tracker run as the server knows it, without its worker. Times are ISO 8601 UTC; unknown values are null. */
export interface TrackerRun {
  workflowId: string;
  runId: string;
  teamId: string | null;
  jobId: string | null;
  /** As lists show it: `processing`, the status of its end, or `terminated`. */
  status: string;
  /** Whether it returned an outcome that can be read. */
  hasOutcome: boolean;
  startedAt: string;
  endedAt: string | null;
  expiresAt: string | null;
}

/** Translates the server's description of a run. */
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

/** Sorts open runs first, then by end, latest first. */
export const byRecency = (one: TrackerRun, other: TrackerRun): number =>
  rank(other) - rank(one) || (one.startedAt < other.startedAt ? 1 : -1);

const rank = ({ endedAt }: TrackerRun): number => (endedAt === null ? Infinity : Date.parse(endedAt));

/** The open run among runs sorted by {@link byRecency}, or null. */
export const openRun = (runs: readonly TrackerRun[]): TrackerRun | null =>
  runs.find(({ endedAt }) => endedAt === null) ?? null;

/**
 * The run whose outcome decides how the import ended, among runs sorted by {@link byRecency}. This is the newest run in
 * which the API reported the end, whatever a later run found; else the newest outcome, unless it is `timed_out`, which
 * leaves the end unknown. Null if there is none.
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
