import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { startOrAttachTracker } from '../../../src/temporal/trackers';
import type { CallerSite } from './caller-site';

/** An import by its ids. */
export interface SomeImport {
  teamId: string;
  jobId: string;
}

/** An import of half a second with so many rows, of which the first ones failed with a message of 100 characters. */
export async function createImport(
  { emulator }: CallerSite,
  rows: number,
  failed: number,
  teamId: string = randomUUID(),
): Promise<SomeImport> {
  const error = { code: 'invalid_value', message: 'x'.repeat(100) };
  const results = Array.from({ length: rows }, (_, index) =>
    index < failed
      ? { input_index: index, id: null, error }
      : { input_index: index, id: `r-${index}`, created: true },
  );
  const jobId = randomUUID();
  await emulator.controller.createJob({ teamId, jobId, duration: 500, results });
  return { teamId, jobId };
}

/** A tracker that polls once an hour, so that what it says stays. */
export async function startRestingTracker({
  emulator,
  server,
}: CallerSite): Promise<SomeImport & { tracker: WorkflowHandle }> {
  const [teamId, jobId] = [randomUUID(), randomUUID()];
  await emulator.controller.createJob({ teamId, jobId, total: 1000, duration: 3_600_000 });
  const polling = { initialInterval: '1h', maximumInterval: '1h' };
  const tracker = await startOrAttachTracker(server.client, 'prism-imports', { teamId, jobId, polling });
  return { teamId, jobId, tracker };
}
