import type { Client, WorkflowHandle } from '@temporalio/client';
import { trackerWorkflowId } from '../../core/ids';
import type { TrackImportInput } from '../../core/tracker/input';
import type { trackImport } from '../../workflows/track-import';
import { startOrAttachTracker } from '../trackers';
import { decisiveRun, openRun, type TrackerRun } from './tracker-run';
import { runsOfJob } from './tracker-runs';

/** The tracker of an import: just started, found running, or found closed with a final outcome. */
export interface OpenedTracker {
  handle: WorkflowHandle<typeof trackImport>;
  state: 'started' | 'running' | 'ended';
  /** When it ended, ISO 8601 UTC; null while it is open. */
  endedAt: string | null;
}

/**
 * Opens the tracker that reports how an import ends, so that an import never has two, as far as the index knows. Picks
 * an open tracker, whoever started it; else, unless `again` is set, a closed one with a known outcome; else it starts a
 * new one under the canonical id. If the input does not say since when, the new tracker counts retention from when the
 * import was first tracked. Rejects as `startOrAttachTracker` does.
 */
export async function openTracker(
  client: Client,
  taskQueue: string,
  input: TrackImportInput,
  { again }: { again: boolean },
): Promise<OpenedTracker> {
  const runs = await runsOfJob(client, input);
  const running = openRun(runs);
  const isElsewhere = running?.workflowId !== trackerWorkflowId(input.teamId, input.jobId);
  const known = running ?? (again ? null : decisiveRun(runs));
  if (known !== null && (running === null || isElsewhere)) return foundTracker(client, known);
  const submittedAt = input.submittedAt ?? firstStart(runs);
  const handle = await startOrAttachTracker(client, taskQueue, {
    ...input,
    ...(submittedAt != null && { submittedAt }),
  });
  return { handle, state: handle.isAttached ? 'running' : 'started', endedAt: null };
}

function foundTracker(client: Client, { workflowId, runId, endedAt }: TrackerRun): OpenedTracker {
  const handle = client.workflow.getHandle<typeof trackImport>(workflowId, runId);
  return { handle, state: endedAt === null ? 'running' : 'ended', endedAt };
}

/** When the earliest of the runs started; null if there are none. */
const firstStart = (runs: readonly TrackerRun[]): string | null =>
  runs.map(({ startedAt }) => startedAt).sort()[0] ?? null;
