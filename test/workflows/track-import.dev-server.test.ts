import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ImportEnd } from '../../src/core/tracker/outcome';
import type { TrackImportInput } from '../../src/core/tracker/input';
import {
  pollNowSignal,
  prismExpiresAtKey,
  setPollingUpdate,
  statusQuery,
  subscribeSignal,
} from '../../src/workflows/messages';
import type { awaitImport, collectEnds, receiveImportEnd } from '../support/collector';
import { startParents, type Parents } from '../support/parents';
import { startDevServer } from '../support/temporal';
import {
  historyLength,
  openJob,
  startTrackerRig,
  teamId,
  type TrackerHandle,
  type TrackerRig,
} from '../support/tracker-rig';
import { until } from '../support/until';

// What the time-skipping server does not do: list, suggest to continue as new, forget an activity whose workflow has
// gone.
let env: TestWorkflowEnvironment;
let rig: TrackerRig;
let parents: Parents;

beforeAll(async () => {
  env = await startDevServer({
    extraArgs: ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=60'],
  });
  rig = await startTrackerRig(env, { maxCachedWorkflows: 0 });
  parents = await startParents(env, { maxCachedWorkflows: 0 });
});

afterAll(async () => {
  await parents?.stop();
  await rig?.close();
  await env?.teardown();
});

const quick = { initialInterval: '200ms', maximumInterval: '200ms' } as const;

const day = 86_400_000;

const complete = (jobId: string) => rig.emulator.controller.setJob(jobId, { status: 'complete' });
const path = (jobId: string) => new RegExp(`/imports/${jobId}$`);

/** Waits until the emulator has been asked for a job so many times. */
async function untilPolled(jobId: string, times: number): Promise<void> {
  await until(
    () => rig.emulator.controller.journal.filter((entry) => entry.path.endsWith(jobId)).length >= times,
  );
}

const startCollector = (count: number) =>
  env.client.workflow.start<typeof collectEnds>('collectEnds', {
    taskQueue: parents.taskQueue,
    workflowId: `collector-${randomUUID()}`,
    args: [count],
  });

function startParent(type: 'awaitImport' | 'receiveImportEnd', input: TrackImportInput) {
  return env.client.workflow.start<typeof awaitImport | typeof receiveImportEnd>(type, {
    taskQueue: parents.taskQueue,
    workflowId: `parent-${randomUUID()}`,
    args: [rig.taskQueue, input],
  });
}

const tracker = (parent: { workflowId: string }): TrackerHandle =>
  env.client.workflow.getHandle(`${parent.workflowId}/tracker`) as TrackerHandle;

async function causeOf(result: Promise<unknown>): Promise<unknown> {
  const error: unknown = await result.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof WorkflowFailedError ? error.cause : error;
}

describe('parents', () => {
  test('a parent that awaits its child gets the outcome', async () => {
    const jobId = await openJob(rig);
    const parent = await startParent('awaitImport', { teamId, jobId, polling: quick });
    await untilPolled(jobId, 1);
    await complete(jobId);
    expect(await parent.result()).toMatchObject({ status: 'complete', jobId });
  });

  test('a parent that leaves its child gets the signal, by default', async () => {
    const jobId = await openJob(rig);
    await complete(jobId);
    const parent = await startParent('receiveImportEnd', { teamId, jobId, polling: quick, notify: [{}] });
    expect(await parent.result()).toMatchObject([{ status: 'complete', jobId, job: { total: 200 } }]);
  });

  test.each([
    { name: 'malformed input', change: { polling: { jitter: 7 } }, type: 'InvalidInput' },
    { name: 'a refused key', change: { polling: quick }, type: 'PrismUnauthorized' },
  ])('a parent hears of $name too', async ({ change, type }) => {
    const jobId = await openJob(rig);
    rig.emulator.controller.addRule({ path: path(jobId), respond: { status: 401 } });
    const parent = await startParent('receiveImportEnd', { teamId, jobId, notify: [{}], ...change });
    expect(await parent.result()).toMatchObject([{ status: 'error', teamId, jobId, failure: { type } }]);
    expect(await causeOf(tracker(parent).result())).toMatchObject({ type });
  });

  test.each(['a wait', 'a request'])(
    'cancelling during %s ends the tracking at once, and the parent hears of it',
    async (during) => {
      const jobId = await openJob(rig);
      if (during === 'a request') rig.emulator.controller.addRule({ path: path(jobId), respond: 'hang' });
      const polling = { initialInterval: '200ms', backoffCoefficient: 10 } as const;
      const parent = await startParent('receiveImportEnd', { teamId, jobId, notify: [{}], polling });
      const phase = during === 'a request' ? 'polling' : 'waiting';
      await until(async () => {
        const state = await tracker(parent)
          .query(statusQuery)
          .catch(() => null);
        return state?.phase === phase && state.polls > 0;
      });
      await tracker(parent).cancel();
      expect(await parent.result()).toMatchObject([
        { status: 'cancelled', jobId, failure: { type: 'CancelledFailure' } },
      ]);
      expect(await causeOf(tracker(parent).result())).toBeInstanceOf(CancelledFailure);
      const { searchAttributes } = await tracker(parent).describe();
      expect(searchAttributes['PrismImportStatus']).toEqual(['cancelled']);
    },
  );
});

describe('subscribers', () => {
  test('anybody may join, by any signal, once; who is gone is listed and fails nothing', async () => {
    const jobId = await openJob(rig);
    const [first, second] = [await startCollector(1), await startCollector(1)];
    const handle = await rig.track({ jobId, polling: quick, notify: [{ workflowId: first.workflowId }] });
    await untilPolled(jobId, 1);
    await handle.signal(subscribeSignal, { workflowId: second.workflowId });
    await handle.signal(subscribeSignal, { workflowId: first.workflowId, signal: 'importFinished' });
    await handle.signal(subscribeSignal, { workflowId: 'nobody-there', signal: 'hello' });
    await complete(jobId);
    const outcome = await handle.result();
    const ends: ImportEnd[][] = [await first.result(), await second.result()];
    expect(ends).toMatchObject([[{ status: 'complete', jobId }], [{ status: 'complete', jobId }]]);
    expect(outcome.tracking.undelivered).toEqual([
      { workflowId: 'nobody-there', signal: 'hello', reason: expect.any(String) as string },
    ]);
  });
});

describe('continue as new', () => {
  test('the tracker knows afterwards what it knew before', async () => {
    const jobId = await openJob(rig);
    const collector = await startCollector(1);
    const handle = await rig.track({ jobId, polling: quick, results: 'omitted' });
    const { runId } = await handle.describe();
    await untilPolled(jobId, 1);
    await handle.signal(subscribeSignal, { workflowId: collector.workflowId });
    await handle.executeUpdate(setPollingUpdate, {
      args: [{ initialInterval: '350ms', maximumInterval: '350ms', jitter: 0 }],
    });
    const { startedAt } = { startedAt: (await handle.describe()).startTime };
    const following = env.client.workflow.getHandle<
      TrackerHandle extends { result(): Promise<infer R> } ? () => Promise<R> : never
    >(handle.workflowId);
    await until(async () => (await following.describe()).runId !== runId);
    let waits = 0;
    await until(async () => {
      const { phase, lastPollAt, nextPollAt } = await following.query(statusQuery);
      waits = Date.parse(nextPollAt ?? '') - Date.parse(lastPollAt ?? '');
      return phase === 'waiting';
    });
    expect(waits).toBe(350);
    await following.signal(pollNowSignal);
    const before = await following.query<{ polls: number; job: unknown }>('status');
    expect(before.polls).toBeGreaterThan(3);
    expect(before.job).toMatchObject({ job_id: jobId, status: 'processing' });
    const described = await following.describe();
    expect(described.searchAttributes).toMatchObject({
      PrismImportStatus: ['processing'],
      PrismTeamId: [teamId],
      PrismJobId: [jobId],
    });
    await complete(jobId);
    const outcome = await handle.result();
    expect(outcome).toMatchObject({ status: 'complete', resultsOmitted: true, resultsRef: null });
    expect(outcome.tracking.polls).toBeGreaterThanOrEqual(before.polls);
    expect(Date.parse(outcome.tracking.startedAt)).toBeLessThanOrEqual(startedAt.getTime() + 1000);
    expect(await collector.result()).toMatchObject([{ status: 'complete', jobId }]);
    expect(await historyLength(following)).toBeLessThan(120);
  });

  test('no message is lost on the way', async () => {
    const jobId = await openJob(rig);
    const handle = await rig.track({
      jobId,
      polling: { initialInterval: '100ms', maximumInterval: '100ms' },
    });
    const collectors = await Promise.all(Array.from({ length: 20 }, () => startCollector(1)));
    const live = env.client.workflow.getHandle(handle.workflowId);
    for (const { workflowId } of collectors) await live.signal(subscribeSignal, { workflowId });
    await untilPolled(jobId, 10);
    expect((await live.describe()).runId).not.toBe(handle.firstExecutionRunId);
    await complete(jobId);
    const ends = await Promise.all(collectors.map((collector) => collector.result()));
    expect(ends.flat()).toHaveLength(20);
  });
});

test('waitTimeout also acts while a request hangs', async () => {
  const jobId = await openJob(rig);
  rig.emulator.controller.addRule({ path: path(jobId), respond: 'hang' });
  const outcome = await (await rig.track({ jobId, waitTimeout: '3s' })).result();
  expect(outcome).toMatchObject({ status: 'timed_out', lastSeen: null, problem: { code: 'unavailable' } });
});

async function list(query: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { workflowId } of env.client.workflow.list({ query })) found.push(workflowId);
  return found;
}

test('the index knows which tracker is in trouble, also across runs, and when no more', async () => {
  const jobId = await openJob(rig);
  const handle = await rig.track({ jobId, polling: quick });
  await untilPolled(jobId, 1);
  const rule = rig.emulator.controller.addRule({ path: path(jobId), respond: { status: 429 } });
  const isListed = async (problem: string) =>
    (await list(`PrismProblem ${problem} AND PrismJobId='${jobId}'`)).includes(handle.workflowId);
  await until(() => isListed("= 'rate_limited'"));
  const live = env.client.workflow.getHandle(handle.workflowId);
  const runId = async () => (await live.describe()).runId;
  await until(async () => (await runId()) !== handle.firstExecutionRunId);
  const second = env.client.workflow.getHandle(handle.workflowId, await runId());
  expect(await isListed("= 'rate_limited'")).toBe(true);
  rule.remove();
  await until(() => isListed('IS NULL'));
  await complete(jobId);
  await live.result();
  const { events } = await second.fetchHistory();
  const written = (events ?? []).flatMap(
    ({ upsertWorkflowSearchAttributesEventAttributes: upsert }) =>
      upsert?.searchAttributes?.indexedFields?.['PrismProblem'] ?? [],
  );
  expect(written.filter(({ data }) => String(data).includes('rate_limited'))).toEqual([]);
});

test('an import that the API shows after its time alarms nobody, until polls fail', async () => {
  const jobId = await openJob(rig);
  const submittedAt = new Date(Date.now() - 8 * day).toISOString();
  const shown = rig.emulator.controller.addRule({
    path: path(jobId),
    alter: { fields: { expires_at: new Date(Date.now() - day).toISOString() } },
  });
  const handle = await rig.track({ jobId, submittedAt, polling: { initialInterval: '30m' } });
  const expiry = async () =>
    (await handle.describe()).typedSearchAttributes.get(prismExpiresAtKey)?.getTime() ?? 0;
  await until(async () => (await handle.query(statusQuery)).polls === 1);
  await until(async () => (await expiry()) > Date.now() + 300 * day);
  shown.remove();
  rig.emulator.controller.addRule({ path: path(jobId), respond: { status: 403 } });
  await handle.signal(pollNowSignal);
  await until(async () => (await expiry()) < Date.now() + 2 * day);
  expect(await expiry()).toBeGreaterThan(Date.now() + day / 2);
  await handle.terminate();
});

test('a list by search attribute finds what is followed, and how it ended', async () => {
  const jobId = await openJob(rig);
  const handle = await rig.track({ jobId, polling: quick });
  const running = `PrismImportStatus='processing' AND ExecutionStatus='Running' AND PrismJobId='${jobId}'`;
  await until(async () => (await list(running)).includes(handle.workflowId));
  await complete(jobId);
  await handle.result();
  await until(async () =>
    (await list(`PrismImportStatus='complete' AND PrismJobId='${jobId}'`)).includes(handle.workflowId),
  );
  const { searchAttributes } = await handle.describe();
  expect(searchAttributes['PrismExpiresAt']?.[0]).toBeInstanceOf(Date);
});

test('timers and activities say what they are for, and urgent polls have priority', async () => {
  const endsAtMs = Date.now() + 3000;
  const jobId = await rig.emulator.controller.createJob({
    teamId,
    jobId: randomUUID(),
    duration: 86_400_000,
    expires_at: new Date(endsAtMs).toISOString(),
  });
  rig.emulator.controller.addRule({
    path: new RegExp(`/imports/${jobId}$`),
    respond: ({ proceed }) => (Date.now() < endsAtMs ? proceed() : { status: 404 }),
  });
  const handle = await rig.track({ jobId, polling: { backoffCoefficient: 10 } });
  expect(await handle.result()).toMatchObject({ status: 'expired', evidence: 'retention_over' });
  const { events } = await handle.fetchHistory();
  const text = (payload: { data?: Uint8Array | null } | null | undefined) =>
    Buffer.from(payload?.data ?? []).toString();
  const scheduled = events!.filter((event) => event.activityTaskScheduledEventAttributes);
  const summaries = events!.map((event) => text(event.userMetadata?.summary));
  expect(summaries.join()).toContain('until poll 1 (');
  expect(summaries.join()).toContain('(poll just after retention)');
  expect(scheduled.at(-1)?.activityTaskScheduledEventAttributes?.priority?.priorityKey).toBe(1);
});
