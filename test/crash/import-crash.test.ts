import type { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  contradictions,
  executions,
  expectEveryRowOnce,
  partOf,
  readBack,
  sentAgain,
} from '../support/accounting';
import type { ImportOptions } from '../../src/core/api/import-job';
import { startDevServer } from '../support/temporal';
import { launches } from '../support/pipeline-rig';
import { domainsOf } from '../workflows/support/launch-once-rig';
import { importWithCrashes, killCount, rows, type Crashed } from './support/import-with-crashes';

const maxMs = 20 * 60_000;
let env: TestWorkflowEnvironment;
const closing: (() => Promise<void>)[] = [];
let withDedupe: Crashed[];
let without: Crashed[];

const importTwice = (name: string, options: ImportOptions) =>
  Promise.all(
    ['1', '2'].map((part) =>
      importWithCrashes(env, {
        name: `${name}-${part}`,
        options,
        onCleanup: (close) => closing.push(close),
      }),
    ),
  );

// All at once: nearly all of the time passes until Temporal finds out that a worker has gone.
beforeAll(async () => {
  env = await startDevServer();
  [withDedupe, without] = await Promise.all([
    importTwice('crash-with-dedupe', { dedupe_by: 'primary_domain' }),
    importTwice('crash-without', {}),
  ]);
}, maxMs);
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await env?.teardown();
});

test('with dedupe_by imports whose workers are killed 20 times create every row, once', async () => {
  for (const { report, kills, emulator } of withDedupe) {
    expect(kills).toBe(killCount);
    const lines = expectEveryRowOnce(report, rows);
    expect(report.totals).toMatchObject({ rows, created: rows });
    expect(contradictions(lines, domainsOf(rows), await readBack(emulator))).toEqual([]);
    expect(emulator.controller.counts().organization).toBe(rows);
    expect(new Set(executions(launches(emulator)).values())).toEqual(new Set([1]));
  }
});

test('without dedupe_by nothing is sent again after an unclear answer: rows that may be there are unknown, all others are created, once', async () => {
  for (const { report, kills, emulator } of without) {
    expect(kills).toBe(killCount);
    const lines = expectEveryRowOnce(report, rows);
    expect(report.totals).toMatchObject({ rows, failed: 0, existing: 0, updated: 0 });
    const requests = launches(emulator);
    expect(sentAgain(requests)).toEqual([]);
    expect(new Set(requests.map(partOf)).size).toBe(requests.length);
    expect(new Set(executions(requests).values())).toEqual(new Set([1]));
    const organizations = await readBack(emulator);
    expect(contradictions(lines, domainsOf(rows), organizations)).toEqual([]);
    const launched = requests.map(({ did, rows: count }) => (did === 'launched' ? (count ?? 0) : 0));
    expect(organizations).toHaveLength(launched.reduce((sum, count) => sum + count, 0));
    const created = new Set(lines.flatMap(({ outcome, id }) => (outcome === 'created' ? id : [])));
    expect(created.size).toBe(report.totals.created);
    const unsaid = organizations.filter(({ id }) => !created.has(id));
    expect(unsaid.length).toBeLessThanOrEqual(report.totals.unknown);
  }
  expect(without.some(({ report }) => report.totals.unknown > 0)).toBe(true);
});
