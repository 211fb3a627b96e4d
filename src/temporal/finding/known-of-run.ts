import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { heldUpRuns, type HeldUp } from '../listing/held-up-runs';
import { rootMessage } from '../problem';
import { runHistory } from './run-history';
import { trackerRun } from './tracker-run';

/** What index and history reveal about a run, with or without a worker. */
export interface KnownOfRun {
  /** As lists show it. */
  status: string;
  teamId: string | null;
  jobId: string | null;
  /** When the API deletes the import, ISO 8601 UTC. */
  expiresAt: string | null;
  /** The code of the tracker's problem, as last published; null if it has none. */
  problem: string | null;
  /** Who started it, in words. */
  startedBy: string | null;
  /** When its last poll ended, ISO 8601 UTC; null if the last events of this run contain none. */
  lastPollAt: string | null;
  /** What keeps an open run from progressing; null if nothing does, or if this was not checked. */
  heldUp: HeldUp | null;
}

/**
 * Reads what is known about a run. Costs two requests; with `isSilent` (no worker answered), four more about its
 * workers. What cannot be read is null.
 */
export async function knownOfRun(
  client: Client,
  execution: WorkflowExecutionDescription,
  isSilent: boolean,
): Promise<KnownOfRun> {
  const { workflowId, runId, raw, searchAttributes, status: state } = execution;
  const { status, teamId, jobId, expiresAt } = trackerRun(execution);
  const [problem] = searchAttributes['PrismProblem'] ?? [];
  const firstRunId = raw.workflowExecutionInfo?.firstRunId ?? null;
  const history = runHistory(client, { workflowId, runId, firstRunId }).catch((error: unknown) => ({
    startedBy: `not known: ${rootMessage(error)}`,
    lastPollAt: null,
  }));
  const isAsked = isSilent && state.name === 'RUNNING';
  const heldUp = isAsked ? heldUpRuns(client, [{ workflowId, runId }]).catch(() => null) : null;
  return {
    ...{ status, teamId, jobId, expiresAt },
    problem: typeof problem === 'string' ? problem : null,
    ...(await history),
    heldUp: (await heldUp)?.get(runId) ?? null,
  };
}
