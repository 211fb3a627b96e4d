import type { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  contradictions,
  executions,
  expectEveryRowOnce,
  partOf,
  readBack,
  sentAgain,
} from '../support/accounting';
import { startDevServer } from '../support/temporal';
import { launches } from '../support/pipeline-rig';
import { domainsOf } from '../workflows/support/launch-once-rig';
import { importWithCrashes, killCount, rows, type Crashed } from './support/import-with-crashes';

let env: TestWorkflowEnvironment;
let withDedupe: Crashed;
let without: Crashed;

// Both at once: nearly all of the time goes by until Temporal finds out that the worker has gone.
beforeAll(async () => {
  env = await startDevServer();
  [withDedupe, without] = await Promise.all([
    importWithCrashes(env, 'crash-with-dedupe', { dedupe_by: 'primary_domain' }),
    importWithCrashes(env, 'crash-without', {}),
  ]);
}, 10 * 60_000);
afterAll(async () => {
  await Promise.all([withDedupe?.close(), without?.close(), env?.teardown()]);
});

test('with dedupe_by an import whose worker is killed 20 times creates every row, once', async () => {
  const { report, kills, emulator } = withDedupe;
  expect(kills).toBe(killCount);
  const lines = expectEveryRowOnce(report, rows);
  expect(report.totals).toMatchObject({ rows, created: rows });
  expect(contradictions(lines, domainsOf(rows), await readBack(emulator))).toEqual([]);
  expect(emulator.controller.counts().organization).toBe(rows);
  expect(new Set(executions(launches(emulator)).values())).toEqual(new Set([1]));
});

test('without dedupe_by nothing is sent again after an unclear answer: rows that may be there are unknown, all others are created, once', async () => {
  const { report, kills, emulator } = without;
  expect(kills).toBe(killCount);
  const lines = expectEveryRowOnce(report, rows);
  expect(report.totals).toMatchObject({ rows, failed: 0, existing: 0, updated: 0 });
  expect(report.totals.unknown).toBeGreaterThan(0);
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
});
