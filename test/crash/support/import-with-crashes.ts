import { randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ImportOptions } from '../../../src/core/api/import-job';
import type { ImportReport } from '../../../src/core/pipeline/report';
import type { PrismEmulator, Rule } from 'prism-emulator';
import { organizations } from '../../support/pipeline-rig';
import { startCrashRig } from './crash-rig';
import { drawMoments } from './killed-worker';

/** Rows of each import. */
export const rows = 25_000;
const batchSize = 500;
const batches = rows / batchSize;

/**
 * How often the worker is killed: at requests drawn at random, and once when all rows are settled and the report is
 * due.
 */
export const killCount = 10;

/** So many requests there are in any case: a batch makes one, but for a few whose worker is killed before. */
const minRequests = 0.7 * batches;

/** What goes wrong besides: one request in nine. */
const faults: Rule[] = (['import', 'status'] as const).flatMap((operation): Rule[] => [
  { operation, probability: 0.04, respond: { status: 503 } },
  { operation, probability: 0.04, respond: 'reset-after' },
  { operation, probability: 0.04, respond: 'reset-before' },
]);

/** An import that came to its end although its worker was killed. */
export interface Crashed {
  report: ImportReport;
  kills: number;
  emulator: PrismEmulator;
}

/** What `importWithCrashes` works on. */
export interface CrashedImport {
  /** Of workflow and task queue. */
  name: string;
  options: ImportOptions;
  /** Receives what closes worker and emulator, as soon as they are there. */
  onCleanup: (close: () => Promise<void>) => void;
}

/**
 * Imports numbered organizations by a worker that is killed meanwhile. Says on standard error when it is killed, and by
 * which seed that was drawn: the variable `CRASH_SEED` draws the same again.
 */
export async function importWithCrashes(
  env: TestWorkflowEnvironment,
  { name, options, onCleanup }: CrashedImport,
): Promise<Crashed> {
  const seed = process.env['CRASH_SEED'] ?? String(randomInt(1_000_000));
  const places = drawMoments(seed, killCount - 1, minRequests);
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
  const atRequest = (count: number) => () => emulator.controller.journal.length >= count;
  const moments = [...places.map(atRequest), () => settledBatches(store) === batches];
  const input = { batchSize, maxConcurrentImports: 8, options, pollEvery: '200ms' };
  return { report: await rig.import(input, moments), kills: worker.kills, emulator };
}

/** Batches of which the store says how their rows ended. */
function settledBatches(store: string): number {
  const names = readdirSync(store, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /parts[\\/]\d+\.jsonl$/.test(name)).length;
}
