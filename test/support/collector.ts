import { condition, executeChild, setHandler, startChild, workflowInfo } from '@temporalio/workflow';
import type { ImportEnd, ImportOutcome } from '../../src/core/tracker/outcome';
import type { TrackImportInput } from '../../src/core/tracker/input';
import { importFinishedSignal } from '../../src/workflows/messages';
import type { trackImport } from '../../src/workflows/track-import';

/** Workflows that stand for the pipelines of other people; for tests only. */

/** Waits for as many ends as it is told and returns them. */
export async function collectEnds(count: number): Promise<ImportEnd[]> {
  const ends: ImportEnd[] = [];
  setHandler(importFinishedSignal, (end) => {
    ends.push(end);
  });
  await condition(() => ends.length >= count);
  return ends;
}

/** Awaits the tracker as its child. */
export async function awaitImport(taskQueue: string, input: TrackImportInput): Promise<ImportOutcome> {
  return executeChild<typeof trackImport>('trackImport', { taskQueue, args: [input], workflowId: childId() });
}

/** Abandons the tracker and waits for its signal. */
export async function receiveImportEnd(taskQueue: string, input: TrackImportInput): Promise<ImportEnd[]> {
  const ends = collectEnds(1);
  await startChild<typeof trackImport>('trackImport', {
    taskQueue,
    args: [input],
    workflowId: childId(),
    parentClosePolicy: 'ABANDON',
  });
  return ends;
}

const childId = () => `${workflowInfo().workflowId}/tracker`;
