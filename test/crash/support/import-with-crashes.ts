import { randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ImportOptions } from '../../../src/core/api/import-job';
import type { ImportReport } from '../../../src/core/pipeline/report';
import type { PrismEmulator, Rule } from 'prism-emulator';
import { organizations } from '../../support/pipeline-rig';
import { startCrashRig } from './crash-rig';
import { drawMoments } from './killed-worker';

/** Number of rows of each import. */
export const rows = 25_000;
const batchSize = 500;
const batches = rows / batchSize;

/** How often the worker is killed: at random requests, and once when all rows are settled and the report is due. */
export const killCount = 10;

/** Kills are drawn among so many requests. */
const drawnRequests = 0.7 * batches;

/** Further faults: one request in nine. */
const faults: Rule[] = (['import', 'status'] as const).flatMap((operation): Rule[] => [
  { operation, probability: 0.04, respond: { status: 503 } },
  { operation, probability: 0.04, respond: 'reset-after' },
  { operation, probability: 0.04, respond: 'reset-before' },
]);

/** An import that ended although its worker was killed. */
export interface Crashed {
  report: ImportReport;
  kills: number;
  emulator: PrismEmulator;
}

/** Input of `importWithCrashes`. */
export interface CrashedImport {
  /** Name of workflow and task queue. */
  name: string;
  options: ImportOptions;
  /** Receives functions that close worker and emulator, as soon as they exist. */
  onCleanup: (close: () => Promise<void>) => void;
}

/**
 * Imports numbered organizations with a worker that is killed while it runs. Prints the kills and their seed on
 * standard error; the variable `CRASH_SEED` repeats a seed.
 */
export async function importWithCrashes(
  env: TestWorkflowEnvironment,
  { name, options, onCleanup }: CrashedImport,
): Promise<Crashed> {
  const seed = process.env['CRASH_SEED'] ?? String(randomInt(1_000_000));
  const places = drawMoments(seed, killCount - 1, drawnRequests);
  process.stderr.write(
    `${name}: CRASH_SEED=${seed}, killed at requests ${places.join(', ')} and before the report\n`,
  );
  const rig = await startCrashRig(env, {
    name,
    csv: organizations(rows),
    emulator: { seed, job: { duration: '300ms' }, rules: faults },
    environment: { PRISM_REQUESTS_PER_SECOND: '500' },
  });
  onCleanup(() => rig.close());
  const { emulator, worker, store } = rig;
  // Without `dedupe_by`, a kill can leave batches unknown that made no request. So a kill waits for no more requests
  // once its share of the batches is settled.
  const atRequest = (count: number, index: number) => () =>
    emulator.controller.journal.length >= count ||
    settledBatches(store) >= (batches * (index + 1)) / killCount;
  const moments = [...places.map(atRequest), () => settledBatches(store) === batches];
  const input = { batchSize, maxConcurrentImports: 8, options, pollEvery: '200ms' };
  return { report: await rig.import(input, moments), kills: worker.kills, emulator };
}

/** Number of batches whose row outcomes are in the store. */
function settledBatches(store: string): number {
  const names = readdirSync(store, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /parts[\\/]\d+\.jsonl$/.test(name)).length;
}
