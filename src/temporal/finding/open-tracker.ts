import type { Client, WorkflowHandle } from '@temporalio/client';
import { trackerWorkflowId } from '../../core/ids';
import type { TrackImportInput } from '../../core/tracker/input';
import type { trackImport } from '../../workflows/track-import';
import { startOrAttachTracker } from '../trackers';
import { decisiveRun, openRun, type TrackerRun } from './tracker-run';
import { runsOfJob } from './tracker-runs';

/** The tracker of an import: started just now, found running, or found at its end, whose outcome stands. */
export interface OpenedTracker {
  handle: WorkflowHandle<typeof trackImport>;
  state: 'started' | 'running' | 'ended';
  /** When it ended, ISO 8601 UTC; null while it goes on. */
  endedAt: string | null;
}

/**
 * Gives the tracker that tells how an import ends: one that goes on, whoever has started it; else, unless asked to look
 * `again`, one whose outcome is known; else a new one under the canonical id. So there are never two for one import, as
 * far as the index knows. A new one counts retention from when the import was first followed, where the input does not
 * say since when. Rejects as `startOrAttachTracker` does.
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

/** When the first of the runs started; null without any. */
const firstStart = (runs: readonly TrackerRun[]): string | null =>
  runs.map(({ startedAt }) => startedAt).sort()[0] ?? null;
