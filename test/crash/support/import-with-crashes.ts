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
  env: TestWorkflowEnvironment,
  name: string,
  options: ImportOptions,
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
  const { emulator, worker, store, close } = rig;
  const atRequest = (count: number) => () => emulator.controller.journal.length >= count;
  const moments = [...places.map(atRequest), () => settledBatches(store) === batches];
  const input = { batchSize, maxConcurrentImports: 8, options, pollEvery: '200ms' };
  try {
    return { report: await rig.import(input, moments), kills: worker.kills, emulator, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Batches of which the store says how their rows ended. */
function settledBatches(store: string): number {
  const names = readdirSync(store, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /parts[\\/]\d+\.jsonl$/.test(name)).length;
}
