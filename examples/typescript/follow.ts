/** A program that is not a workflow: it starts or joins a tracker, queries it, and waits for the outcome. */
import type { Client } from '@temporalio/client';
import { createImports, type ImportOutcome, type TrackImportInput } from 'prism-imports';

/** Polls an import closely from now on. `storage` is the workers' `PRISM_STORAGE`, for stored results. */
export async function followImport(
  client: Client,
  { taskQueue, storage, ...input }: TrackImportInput & { taskQueue: string; storage?: string },
): Promise<{ fraction: number | null; outcome: ImportOutcome; rows: number }> {
  const followed = await createImports(client, { taskQueue }).track(input);
  await followed.setPolling({ initialInterval: '1 second', maximumInterval: '1 minute' });
  await followed.pollNow();
  const { progress } = await followed.status();
  const outcome = await followed.wait();
  let rows = 0;
  for await (const result of followed.results(storage === undefined ? {} : { storage })) {
    rows += result.error ? 0 : 1;
  }
  return { fraction: progress.fraction, outcome, rows };
}
