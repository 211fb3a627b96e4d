import { setHandler, Trigger } from '@temporalio/workflow';
import type { ImportEnd, ImportOutcome, TrackImportInput } from '../../../src/entries/types';
import { importFinishedSignal, startTrackImport, trackImport } from '../../../src/entries/workflow';

/** Awaits an import as a team's own workflow does. */
export async function awaitImport(input: TrackImportInput, taskQueue: string): Promise<ImportOutcome> {
  return trackImport(input, { taskQueue });
}

/** Starts following an import and is told by signal. */
export async function receiveImportEnd(input: TrackImportInput, taskQueue: string): Promise<ImportEnd> {
  const end = new Trigger<ImportEnd>();
  setHandler(importFinishedSignal, (received) => end.resolve(received));
  await startTrackImport(input, { taskQueue });
  return end;
}
