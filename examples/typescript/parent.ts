/**
 * Three ways in which a pipeline follows an import with the child workflow `trackImport`. None of them imports its code:
 * it is called by name.
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
import { hearOfImports } from './hear';
import type { createSubmitActivities, Import } from './submit';

/** How an import ended, as the tracker reports it; there is more in it, by status. */
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
 * Awaits the child: its return value says how the import ended. When this workflow ends early, the tracking ends too.
 */
export async function awaitImport({ teamId }: { teamId: string }): Promise<ImportEnd> {
  const submitted = await submit(teamId);
  return executeChild<TrackImport>('trackImport', {
    ...childOptions(submitted),
    args: [submitted],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
  });
}

/** Lets the child go and does something else; the child's signal says how the import ended. */
export async function abandonImport({ teamId }: { teamId: string }): Promise<ImportEnd> {
  const imports = hearOfImports(importFinishedSignal);
  const submitted = await submit(teamId);
  await abandon(submitted);
  // … the rest of the pipeline would go on here …
  return imports.endOf(submitted.jobId);
}

/**
 * Continues as new while the child goes on. A return value would be lost; the signal reaches whichever run is the
 * current one.
 */
export async function continueAsNewDuringImport(input: {
  teamId: string;
  submitted?: Import;
  ends?: ImportEnd[];
}): Promise<ImportEnd> {
  const imports = hearOfImports(importFinishedSignal, input.ends);
  if (input.submitted !== undefined) return imports.endOf(input.submitted.jobId);
  const submitted = await submit(input.teamId);
  await abandon(submitted);
  // A signal may have come already: what is not carried over is lost.
  return continueAsNew<typeof continueAsNewDuringImport>({ ...input, submitted, ends: imports.told() });
}

async function submit(teamId: string): Promise<Import> {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  // The same for every attempt, so that a repeated request starts no second import.
  return submitImport({ teamId, idempotencyKey: `${workflowId}/${firstExecutionRunId}` });
}

async function abandon(submitted: Import): Promise<void> {
  await startChild<TrackImport>('trackImport', {
    ...childOptions(submitted),
    // One entry without fields: signal `importFinished` to the parent.
    args: [{ ...submitted, notify: [{}] }],
    parentClosePolicy: ParentClosePolicy.ABANDON,
  });
}

const childOptions = ({ jobId }: Import) => ({
  workflowId: `${workflowInfo().workflowId}/import`,
  taskQueue: trackerTaskQueue,
  // The server ends a tracker that nobody serves; one that is served ends by itself before.
  workflowExecutionTimeout: '8 days' as const,
  staticSummary: `Import ${jobId} of the example pipeline in TypeScript`,
});
