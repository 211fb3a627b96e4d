import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { RuleFunction } from 'prism-emulator';
import type { importRecords } from '../../src/workflows/import-records';
import { executions } from '../support/accounting';
import {
  launches,
  organizations,
  startPipelineRig,
  type PipelineHandle,
  type PipelineRig,
} from '../support/pipeline-rig';
import { startDevServer } from '../support/temporal';
import { dedupe, expectTrue } from './support/launch-once-rig';

// What the time-skipping server does not do: suggest to continue as new, and reset.
let env: TestWorkflowEnvironment;
let rig: PipelineRig;

beforeAll(async () => {
  env = await startDevServer({
    extraArgs: ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=60'],
  });
});
afterAll(() => env?.teardown());
afterEach(() => rig?.close());

const rows = 120;
const quick = { polling: { initialInterval: '100ms', maximumInterval: '200ms' }, batchSize: 40 } as const;

/** Rows that the API refuses, by a seed: some at random, the first ones, or the last ones of a batch. */
function badRows(seed: number): number[] {
  const random = (n: number) => ((seed * 7919 + n * 104_729) % 1009) % rows;
  const edges = [[1, 2, 3], [40, 41], [39, 80, 120], []][seed % 4] ?? [];
  return [...new Set([...edges, random(1) + 1, random(2) + 1])].toSorted((a, b) => a - b);
}

/** Loses the answers of some requests, as a worker that dies meanwhile does. */
function losing(nth: readonly number[]): RuleFunction {
  return ({ nth: own }) => (nth.includes(own) ? 'reset-after' : undefined);
}

async function runs(handle: PipelineHandle): Promise<number> {
  const { count } = await env.client.workflow.count(`WorkflowId = '${handle.workflowId}'`);
  return count;
}

/** Has a pipeline done again from the first task of its first run on. */
async function reset(handle: PipelineHandle): Promise<void> {
  const { workflowId } = handle;
  const runId = (await handle.describe()).raw.workflowExecutionInfo?.firstRunId ?? '';
  const { events } = await env.client.workflow.getHandle(workflowId, runId).fetchHistory();
  const first = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  await env.client.workflowService.resetWorkflowExecution({
    namespace: env.namespace ?? 'default',
    workflowExecution: { workflowId, runId },
    reason: 'to see what is sent again',
    workflowTaskFinishEventId: first?.eventId ?? null,
    requestId: crypto.randomUUID(),
  });
}

test.each([
  { seed: 0, named: 'path', most: 1, more: {}, lost: [] },
  { seed: 1, named: 'message', most: 100, more: dedupe, lost: [1, 3] },
  { seed: 2, named: 'none', most: 1, more: {}, lost: [] },
  { seed: 3, named: 'none', most: 1, more: dedupe, lost: [2, 5, 6] },
] as const)(
  'the rows that the API takes are created once, over runs, restarts and resets, with $named ($seed)',
  async ({ seed, named, most, more, lost }) => {
    rig = await startPipelineRig(env, {
      emulator: { asyncThreshold: 30, job: { duration: '200ms' } },
      maxCachedWorkflows: 0,
    });
    const { controller } = rig.emulator;
    controller.addRule({ refuse: { rows: { property: 'name', equals: 'Bad' }, named, most } });
    if (lost.length > 0) controller.addRule({ operation: 'import', respond: losing(lost) });
    const bad = badRows(seed);
    const csv = organizations(rows, Object.fromEntries(bad.map((row) => [row, `Bad,o${row}.example`])));
    const handle = await rig.start(csv, { ...quick, ...more, maxConcurrentImports: 2 });
    const report = await handle.result();
    expect(report.totals).toMatchObject({ rows, failed: bad.length, unknown: 0 });
    const lines = await expectTrue(report, rig.emulator, rows);
    expect(lines.flatMap(({ row, outcome }) => (outcome === 'failed' ? row : []))).toEqual(bad);
    expect(await runs(handle)).toBeGreaterThan(1);
    const keys = new Set(executions(launches(rig.emulator)).keys());

    await reset(handle);
    const again = await env.client.workflow.getHandle<typeof importRecords>(handle.workflowId).result();
    expect(again.totals).toEqual(report.totals);
    await expectTrue(again, rig.emulator, rows);
    expect(new Set(executions(launches(rig.emulator)).keys())).toEqual(keys);
    expect(new Set(executions(launches(rig.emulator)).values())).toEqual(new Set([1]));
  },
);

test.each([
  { how: 'named', named: 'path', lost: [], unkeyed: false },
  { how: 'not named', named: 'none', lost: [], unkeyed: false },
  { how: 'named, an answer being lost', named: 'path', lost: [2], unkeyed: false },
  { how: 'named, without a value to be told apart by', named: 'path', lost: [], unkeyed: true },
] as const)(
  'no row is created twice when a reset meets an API that refuses other rows ($how)',
  async ({ named, lost, unkeyed }) => {
    let laterMs = 0;
    rig = await startPipelineRig(env, {
      emulator: {
        asyncThreshold: 30,
        generation: 1,
        job: { duration: '200ms' },
        clock: () => Date.now() + laterMs,
      },
    });
    const { controller } = rig.emulator;
    const bad = [3, 50];
    const refused = controller.addRule({
      refuse: { rows: { property: 'name', equals: 'Bad' }, named },
    });
    const losses = controller.addRule({ operation: 'import', respond: losing(lost) });
    const csv = organizations(rows, Object.fromEntries(bad.map((row) => [row, `Bad,o${row}.example`])));
    const more = unkeyed ? { options: { dedupe_by: 'twitter' } } : {};
    const withColumn = csv
      .replace(/^name,primary_domain$/m, 'name,primary_domain,twitter')
      .replace(
        /^(?!name,)(.+)$/gm,
        (line, _, offset: number) => `${line},${offset < 60 ? `@${offset}` : ''}`,
      );
    const handle = await rig.start(unkeyed ? withColumn : csv, {
      ...quick,
      ...more,
      maxConcurrentImports: 2,
    });
    const report = await handle.result();
    const lostRows = lost.length * 40;
    expect(report.totals.created).toBeGreaterThanOrEqual(rows - bad.length - lostRows);
    laterMs = 25 * 3_600_000; // the API has forgotten its idempotency keys
    refused.remove();
    losses.remove();
    controller.addRule({ refuse: { rows: { property: 'primary_domain', equals: 'o7.example' }, named } });

    await reset(handle);
    const again = await env.client.workflow.getHandle<typeof importRecords>(handle.workflowId).result();
    await expectTrue(again, rig.emulator, rows);
    expect(again.totals).toMatchObject({ rows, failed: 0, unknown: report.totals.unknown });
  },
);

test('a search stays within what a pipeline may spend, and says what it did not look at', async () => {
  rig = await startPipelineRig(env, { emulator: { asyncThreshold: 30, job: { duration: '200ms' } } });
  rig.emulator.controller.addRule({
    refuse: { rows: { property: 'name', matches: '[05]$' }, named: 'none' },
  });
  const handle = await rig.start(organizations(rows), {
    ...quick,
    maxConcurrentImports: 1,
    maxExtraRequests: 12,
  });
  const report = await handle.result();
  const { created, failed, unknown } = report.totals;
  expect({ all: created + failed, unknown }).toEqual({ all: rows, unknown: 0 });
  expect(launches(rig.emulator).length).toBe(3 + 12);
  const lines = await expectTrue(report, rig.emulator, rows);
  const together = lines.filter(({ error_code }) => error_code === 'refused_together');
  expect(together).toHaveLength(report.refusedTogether ?? 0);
  expect(together.length).toBeGreaterThan(0);
});
