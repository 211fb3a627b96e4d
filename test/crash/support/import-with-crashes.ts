import { randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ImportOptions } from '../../../src/core/api/import-job';
import type { ImportReport } from '../../../src/core/pipeline/report';
import { startPrismEmulator, type PrismEmulator, type Rule } from 'prism-emulator';
import type { importRecords } from '../../../src/workflows/import-records';
import { TemporaryFiles } from '../../support/temporary-files';
import { teamId } from '../../support/tracker-rig';
import { organizations } from '../../support/pipeline-rig';
import { drawMoments, KilledWorker } from './killed-worker';

/** Rows of each import. */
export const rows = 50_000;
const batchSize = 500;
const batches = rows / batchSize;

/**
 * How often the worker is killed: at requests drawn at random, and once when all rows are settled and the report is
 * due.
 */
export const killCount = 20;

/** So many requests there are in any case: a batch makes one, but for a few whose worker is killed before. */
const minRequests = 0.7 * batches;

/** What goes wrong besides: one request in nine. */
const faults: Rule[] = (['import', 'status'] as const).flatMap((operation): Rule[] => [
  { operation, probability: 0.04, respond: { status: 503 } },
  { operation, probability: 0.04, respond: 'reset-after' },
  { operation, probability: 0.04, respond: 'reset-before' },
]);

/** An import that came to its end although its worker was killed. `close` ends worker and emulator. */
export interface Crashed {
  report: ImportReport;
  kills: number;
  emulator: PrismEmulator;
  close: () => Promise<void>;
}

/**
 * Imports numbered organizations by a worker that is killed meanwhile; `name` is that of workflow and task queue. Says
 * on standard error when it is killed, and by which seed that was drawn: the variable `CRASH_SEED` draws the same
 * again.
 */
export async function importWithCrashes(
  { address, client }: TestWorkflowEnvironment,
  name: string,
  options: ImportOptions,
): Promise<Crashed> {
  const seed = process.env['CRASH_SEED'] ?? String(randomInt(1_000_000));
  const places = drawMoments(seed, killCount - 1, minRequests);
  process.stderr.write(
    `${name}: CRASH_SEED=${seed}, killed at requests ${places.join(', ')} and before the report\n`,
  );
  const files = new TemporaryFiles();
  const emulator = await startPrismEmulator({ seed, job: { duration: '300ms' }, rules: faults });
  const store = `${files.folder}/store`;
  const worker = new KilledWorker({ environment: environmentOf(address, name, store, emulator) });
  const source = { uri: files.write('input.csv', organizations(rows)), format: 'csv' } as const;
  const polling = { initialInterval: '200ms', maximumInterval: '200ms' } as const;
  const input = { teamId, objectType: 'organization', source, options, batchSize, polling } as const;
  const run = () =>
    client.workflow.execute<typeof importRecords>('importRecords', {
      taskQueue: name,
      workflowId: name,
      args: [{ ...input, maxConcurrentImports: 8 }],
    });
  const atRequest = (count: number) => () => emulator.controller.journal.length >= count;
  const moments = [...places.map(atRequest), () => settledBatches(store) === batches];
  const close = async () => {
    await worker.end();
    await emulator.close();
    files.remove();
  };
  try {
    const report = await worker.whileKilled(run, moments);
    return { report, kills: worker.kills, emulator, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const environmentOf = (address: string, taskQueue: string, store: string, { baseUrl }: PrismEmulator) => ({
  TEMPORAL_CONFIG_FILE: '/dev/null',
  TEMPORAL_ADDRESS: address,
  PRISM_TASK_QUEUE: taskQueue,
  PRISM_STORAGE: `file:${store}`,
  PRISM_SOURCES: `file:${store}/../input.csv`,
  PRISM_REQUESTS_PER_SECOND: '500',
  MICRO_API_KEY: 'test-key',
  MICRO_BASE_URL: baseUrl,
});

/** Batches of which the store says how their rows ended. */
function settledBatches(store: string): number {
  const names = readdirSync(store, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /parts[\\/]\d+\.jsonl$/.test(name)).length;
}
