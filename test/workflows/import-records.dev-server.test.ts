import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { importRecords } from '../../src/workflows/import-records';
import { bundleOptions } from '../../src/bundle-options';
import { importFinishedSignal, prismJobIdKey, progressQuery } from '../../src/workflows/messages';
import { bySchema } from '../support/by-schema';
import { startDevServer } from '../support/temporal';
import { until } from '../support/until';
import {
  launches,
  organizations,
  readReport,
  startPipelineRig,
  type PipelineRig,
  type PipelineHandle,
} from '../support/pipeline-rig';

// What the time-skipping server does not do: suggest to continue as new, reset, terminate in a way that its clock
// survives.
let env: TestWorkflowEnvironment;
let rig: PipelineRig;

beforeAll(async () => {
  env = await startDevServer({
    extraArgs: ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=120'],
  });
});
afterAll(() => env?.teardown());

afterEach(() => rig?.close());

const quick = { polling: { initialInterval: '100ms', maximumInterval: '200ms' }, batchSize: 10 } as const;
const jobsOf = (duration: string) => ({ emulator: { asyncThreshold: 10, job: { duration } } });

/** The runs of a pipeline, the first one first, with the number of events of each. */
async function runsOf(handle: PipelineHandle): Promise<number[]> {
  const lengths: number[] = [];
  for await (const { runId } of env.client.workflow.list({ query: `WorkflowId = '${handle.workflowId}'` })) {
    const run = env.client.workflow.getHandle(handle.workflowId, runId);
    lengths.unshift((await run.fetchHistory()).events?.length ?? 0);
  }
  return lengths;
}

const followed = async (handle: PipelineHandle): Promise<WorkflowHandle[]> => {
  const trackers = [];
  const query = `WorkflowType = 'trackImport' AND WorkflowId STARTS_WITH '${handle.workflowId}/'`;
  for await (const { workflowId } of env.client.workflow.list({ query })) {
    trackers.push(env.client.workflow.getHandle(workflowId));
  }
  return trackers;
};

const exists = (workflow: WorkflowHandle): Promise<boolean> =>
  workflow.describe().then(
    () => true,
    () => false,
  );

test.each([{ maxCachedWorkflows: 100 }, { maxCachedWorkflows: 0 }])(
  'a long pipeline continues as new with imports in flight and loses none of them ($maxCachedWorkflows cached)',
  async (cache) => {
    rig = await startPipelineRig(env, { ...jobsOf('600ms'), ...cache });
    const handle = await rig.start(organizations(300), { ...quick, maxConcurrentImports: 5 });
    const report = await handle.result();
    expect(report.totals).toMatchObject({ rows: 300, created: 300, unknown: 0, failed: 0 });
    expect(report.imports.map(({ batch }) => batch)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
    expect(readReport(report.reportUri).map(({ row }) => Number(row))).toEqual(
      Array.from({ length: 300 }, (_, n) => n + 1),
    );
    expect(rig.emulator.controller.counts().organization).toBe(300);
    expect(launches(rig.emulator)).toHaveLength(30);
    const lengths = await runsOf(handle);
    expect(lengths.length).toBeGreaterThan(2);
    // Beyond what suggests a new run only by what was in flight then.
    expect(Math.max(...lengths)).toBeLessThan(120 + 5 * 30);
  },
);

test('at most maxConcurrentImports are in flight, also where one run takes over from another', async () => {
  rig = await startPipelineRig(env, jobsOf('500ms'));
  let most = 0;
  rig.emulator.controller.addRule({
    operation: 'import',
    respond: async () => {
      const jobs = await rig.emulator.controller.jobs();
      most = Math.max(most, jobs.filter(({ state }) => state === 'processing').length + 1);
      return undefined;
    },
  });
  const handle = await rig.start(organizations(200), { ...quick, maxConcurrentImports: 3 });
  await handle.result();
  expect((await runsOf(handle)).length).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(3);
});

test('cancelling cancels the trackers that earlier runs have started', async () => {
  rig = await startPipelineRig(env, {
    emulator: {
      asyncThreshold: 10,
      job: { duration: '100ms' },
      // The first two imports never end; the pipeline goes on beside them, over several runs.
      rules: [{ operation: 'import', nth: [1, 2], job: { end: 'never' } }],
    },
  });
  const handle = await rig.start(organizations(1000), { ...quick, maxConcurrentImports: 4 });
  await until(async () => (await runsOf(handle)).length > 2);
  const { startTime } = await handle.describe();
  const endless = launches(rig.emulator)
    .slice(0, 2)
    .map(({ jobId }) => jobId);
  const described = await Promise.all((await followed(handle)).map((tracker) => tracker.describe()));
  const early = described.filter(({ typedSearchAttributes }) =>
    endless.includes(typedSearchAttributes.get(prismJobIdKey) ?? null),
  );
  expect(early.map((tracker) => tracker.startTime < startTime)).toEqual([true, true]);
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  await Promise.all((await followed(handle)).map((tracker) => tracker.result().catch(() => null)));
  for (const { workflowId } of early) {
    expect((await env.client.workflow.getHandle(workflowId).describe()).status.name).toBe('CANCELLED');
  }
});

test('cancelling waits for a request under way, cancels the trackers, and begins no further batch', async () => {
  rig = await startPipelineRig(env, jobsOf('1h'));
  const { controller } = rig.emulator;
  const handles: PipelineHandle[] = [];
  const respond = async (): Promise<undefined> => {
    await until(() => controller.journal.some(({ method }) => method === 'GET'));
    await handles[0]?.cancel();
  };
  controller.addRule({ operation: 'import', nth: 2, respond });
  const handle = await rig.start(organizations(60), { ...quick, maxConcurrentImports: 2 });
  handles.push(handle);
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  expect(launches(rig.emulator).map(({ status }) => status)).toEqual([202, 202]);
  const followedJob = controller.journal.find(({ method }) => method === 'GET')?.jobId;
  expect(followedJob).toBeTruthy();
  const begun = [];
  for (const batch of [1, 2]) {
    const tracker = env.client.workflow.getHandle(`${handle.workflowId}/batch-000${batch}`);
    if (!(await exists(tracker))) continue;
    await tracker.result().catch(() => null);
    begun.push((await tracker.describe()).status.name);
  }
  // That of the import whose request was under way is begun only if its answer came before the cancelling was known.
  expect([['CANCELLED'], ['CANCELLED', 'CANCELLED']]).toContainEqual(begun);
  const { events } = await handle.fetchHistory();
  // The plan and both launches.
  expect(events?.filter((event) => event.activityTaskCompletedEventAttributes)).toHaveLength(3);
});

test('cancelling also cancels a tracker that is just being started', async () => {
  const options = bundleOptions();
  const slowly = await bundleWorkflowCode({
    ...options,
    workflowInterceptorModules: [
      ...options.workflowInterceptorModules,
      require.resolve('./support/slow-children'),
    ],
    logger: new DefaultLogger('ERROR'),
  });
  rig = await startPipelineRig(env, {
    emulator: { asyncThreshold: 10, rules: [{ operation: 'import', job: { end: 'never' } }] },
    workflowBundle: slowly,
  });
  const handle = await rig.start(organizations(10), quick);
  const tracker = env.client.workflow.getHandle(`${handle.workflowId}/batch-0001`);
  await until(() => exists(tracker));
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  await expect(tracker.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
});

test('a tracker that is terminated leaves the rows of its import unknown, and the others are not', async () => {
  rig = await startPipelineRig(env, {
    emulator: {
      asyncThreshold: 10,
      job: { duration: '200ms' },
      rules: [{ operation: 'import', nth: 1, job: { end: 'never' } }],
    },
  });
  const handle = await rig.start(organizations(30), { ...quick, maxConcurrentImports: 1 });
  const tracker = env.client.workflow.getHandle(`${handle.workflowId}/batch-0001`);
  await until(() => exists(tracker));
  await tracker.terminate();
  const report = await handle.result();
  expect(report.totals).toMatchObject({ created: 20, unknown: 10 });
  expect(report.imports[0]).toMatchObject({
    status: 'error',
    message: expect.stringContaining('tracked') as string,
  });
});

test('the index knows the team of a pipeline, and what keeps it from launching', async () => {
  rig = await startPipelineRig(env, jobsOf('100ms'));
  const rule = rig.emulator.controller.addRule({ operation: 'import', respond: { status: 429 } });
  const handle = await rig.start(organizations(20), quick);
  const isListed = async (problem: string) => {
    const query = `PrismTeamId IS NOT NULL AND WorkflowId='${handle.workflowId}' AND PrismProblem ${problem}`;
    return (await env.client.workflow.count(query)).count === 1;
  };
  await until(() => isListed("= 'rate_limited'"));
  await until(async () => (await handle.query(progressQuery)).stuck === true);
  const state = bySchema('pipeline-state', await handle.query(progressQuery));
  const [first] = state.inFlight ?? [];
  expect(first).toMatchObject({ batch: 1, jobId: null, problem: { code: 'rate_limited' } });
  expect(first?.attempt).toBeGreaterThan(0);
  rule.remove();
  await handle.result();
  await until(() => isListed('IS NULL'));
  const { events = [] } = await handle.fetchHistory();
  const written = events?.filter((event) => event.upsertWorkflowSearchAttributesEventAttributes);
  // With those of the two patch ids: team, problem, no problem.
  expect(written).toHaveLength(1 + 3);
});

test('signals that no tracker of its own has sent change nothing', async () => {
  rig = await startPipelineRig(env, jobsOf('1s'));
  const handle = await rig.start(organizations(10), quick);
  const forged = { status: 'complete', teamId: 'another', jobId: 'x', tracking: { polls: 1 } };
  await env.client.workflow.getHandle(handle.workflowId).signal(importFinishedSignal, forged as never);
  await env.client.workflow.getHandle(handle.workflowId).signal(importFinishedSignal, 'nonsense' as never);
  expect((await handle.result()).totals).toMatchObject({ created: 10, unknown: 0 });
});

test('a reset launches nothing twice: the same keys give the same jobs', async () => {
  rig = await startPipelineRig(env, jobsOf('300ms'));
  const handle = await rig.start(organizations(50), { ...quick, maxConcurrentImports: 2 });
  const first = await handle.result();
  const { events } = await handle.fetchHistory();
  const planned = events?.find((event) => event.activityTaskCompletedEventAttributes) ?? null;
  const at = events?.find(
    (event) => event.workflowTaskCompletedEventAttributes && Number(event.eventId) > Number(planned?.eventId),
  );
  const { runId } = await handle.describe();
  await env.client.workflowService.resetWorkflowExecution({
    namespace: env.namespace ?? 'default',
    workflowExecution: { workflowId: handle.workflowId, runId },
    reason: 'to see what is launched again',
    workflowTaskFinishEventId: at?.eventId ?? null,
    requestId: crypto.randomUUID(),
  });
  const again = await env.client.workflow.getHandle<typeof importRecords>(handle.workflowId).result();
  expect(again.totals).toEqual(first.totals);
  expect(again.imports.map(({ jobId }) => jobId)).toEqual(first.imports.map(({ jobId }) => jobId));
  expect(rig.emulator.controller.counts().organization).toBe(50);
  expect(rig.emulator.controller.requests({ did: 'launched' })).toHaveLength(5);
});
