import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { heldUpRuns, type HeldUp } from '../listing/held-up-runs';
import { rootMessage } from '../problem';
import { runHistory } from './run-history';
import { trackerRun } from './tracker-run';

/** What the server knows of a run by index and history, whether or not a worker answers for it. */
export interface KnownOfRun {
  /** As lists show it. */
  status: string;
  teamId: string | null;
  jobId: string | null;
  /** When the API forgets the import, ISO 8601 UTC. */
  expiresAt: string | null;
  /** The code of what keeps it from getting on, as last published; null when there is none. */
  problem: string | null;
  /** Who started it, in words. */
  startedBy: string | null;
  /** When its last poll ended, ISO 8601 UTC; null when there was none among the last events of this run. */
  lastPollAt: string | null;
  /** What keeps an open run from going on; null when nothing does, or where it was not asked. */
  heldUp: HeldUp | null;
}

/**
 * Reads what is known of a run: two requests, and where `isSilent` says that no worker answered for it, four more about
 * its workers. What cannot be read is null.
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
