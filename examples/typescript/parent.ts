/**
 * Three ways to follow an import with the child workflow `trackImport`. They call it by name and share no code with it.
 */
import {
  continueAsNew,
  defineSignal,
  executeChild,
  ParentClosePolicy,
  proxyActivities,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { receiveImportEnds } from './receive-import-ends';
import type { createSubmitActivities, Import } from './submit';

/** An outcome. It has further fields, which depend on `status`. */
export interface ImportEnd {
  status: 'complete' | 'failed' | 'expired' | 'lost' | 'timed_out' | 'error' | 'cancelled';
  teamId: string;
  jobId: string;
  job?: { total?: number; succeeded?: number; failed?: number };
}

interface TrackerInput {
  teamId: string;
  jobId: string;
  submittedAt?: string;
  notify?: { workflowId?: string; signal?: string }[];
}
type TrackImport = (input: TrackerInput) => Promise<ImportEnd>;

const trackerTaskQueue = 'prism-imports';
const importFinishedSignal = defineSignal<[ImportEnd]>('importFinished');
const { submitImport } = proxyActivities<ReturnType<typeof createSubmitActivities>>({
  startToCloseTimeout: '1 minute',
});

/**
 * Awaits the child, which returns the outcome. If this workflow closes early, tracking stops.
 */
export async function awaitImport({ teamId }: { teamId: string }): Promise<ImportEnd> {
  const submitted = await submit(teamId);
  return executeChild<TrackImport>('trackImport', {
    ...childOptions(submitted),
    args: [submitted],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
  });
}

/** Does not wait for the child. The child signals the outcome. */
export async function abandonImport({ teamId }: { teamId: string }): Promise<ImportEnd> {
  const imports = receiveImportEnds(importFinishedSignal);
  const submitted = await submit(teamId);
  await abandon(submitted);
  // … the rest of the pipeline …
  return imports.endOf(submitted.jobId);
}

/**
 * Continues as new while the child runs. The return value of the child would be lost. The signal reaches the current
 * run.
 */
export async function continueAsNewDuringImport(input: {
  teamId: string;
  submitted?: Import;
  ends?: ImportEnd[];
}): Promise<ImportEnd> {
  const imports = receiveImportEnds(importFinishedSignal, input.ends);
  if (input.submitted !== undefined) return imports.endOf(input.submitted.jobId);
  const submitted = await submit(input.teamId);
  await abandon(submitted);
  // A signal may have arrived already. Carry it over, or it is lost.
  return continueAsNew<typeof continueAsNewDuringImport>({ ...input, submitted, ends: imports.received() });
}

async function submit(teamId: string): Promise<Import> {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  // Every attempt sends the same key, so a retry starts no second import.
  return submitImport({ teamId, idempotencyKey: `${workflowId}/${firstExecutionRunId}` });
}

async function abandon(submitted: Import): Promise<void> {
  await startChild<TrackImport>('trackImport', {
    ...childOptions(submitted),
    // An empty entry: signal `importFinished` to the parent.
    args: [{ ...submitted, notify: [{}] }],
    parentClosePolicy: ParentClosePolicy.ABANDON,
  });
}

const childOptions = ({ jobId }: Import) => ({
  workflowId: `${workflowInfo().workflowId}/import`,
  taskQueue: trackerTaskQueue,
  // The server ends a tracker that no worker serves. A served tracker ends earlier by itself.
  workflowExecutionTimeout: '9 days' as const,
  staticSummary: `Import ${jobId} of the example pipeline in TypeScript`,
});
