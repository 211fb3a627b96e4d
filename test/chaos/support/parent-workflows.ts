import {
  condition,
  defineQuery,
  defineSignal,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { PublicTrackImportInput } from '../../../src/core/tracker/public-input';
import type { ImportEnd } from '../../../src/core/tracker/outcome';
import { importFinishedSignal } from '../../../src/workflows/messages';
import type { trackImport } from '../../../src/workflows/track-import';

export { awaitImport } from '../../support/collector';

/** Tells a workflow that waits for signals that it can stop. */
export const enoughSignal = defineSignal('enough');

/** How many ends a workflow has received. */
export const endsQuery = defineQuery<number>('ends');

/** Collects all ends that it receives, until it can stop. */
export async function receiveEnds(): Promise<ImportEnd[]> {
  const ends: ImportEnd[] = [];
  let isEnough = false;
  setHandler(endsQuery, () => ends.length);
  setHandler(importFinishedSignal, (end) => void ends.push(end));
  setHandler(enoughSignal, () => void (isEnough = true));
  await condition(() => isEnough);
  return ends;
}

/** Abandons a tracker and collects its signals. */
export async function receiveImportEnds(
  taskQueue: string,
  input: PublicTrackImportInput,
): Promise<ImportEnd[]> {
  const ends = receiveEnds();
  await startChild<typeof trackImport>('trackImport', {
    taskQueue,
    args: [input],
    workflowId: `${workflowInfo().workflowId}/tracker`,
    parentClosePolicy: 'ABANDON',
  });
  return ends;
}
