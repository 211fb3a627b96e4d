import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { TrackImportInput } from '../../src/core/tracker/input';
import { createNoticeSender } from '../../src/webhooks/notice-sender';
import { progressQuery, setPollingUpdate, statusQuery, subscribeSignal } from '../../src/workflows/messages';
import { bySchema, validatorOf } from '../support/by-schema';
import type { receiveImportEnd } from '../support/collector';
import { startParents, type Parents } from '../support/parents';
import { organizations, startPipelineRig } from '../support/pipeline-rig';
import { startDevServer } from '../support/temporal';
import { startTrackerRig, teamId, type TrackerHandle, type TrackerRig } from '../support/tracker-rig';
import { until } from '../support/until';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver';

let env: TestWorkflowEnvironment;
let rig: TrackerRig;
let parents: Parents;
let receiver: WebhookReceiver;

beforeAll(async () => {
  env = await startDevServer();
  receiver = await startWebhookReceiver();
  const ops = { url: new URL(receiver.server.url), secrets: [receiver.secret], headers: {}, proxied: false };
  const notices = createNoticeSender({ targets: () => new Map([['ops', ops]]), proxy: null });
  rig = await startTrackerRig(env, { notices });
  parents = await startParents(env);
});

afterAll(async () => {
  await parents?.stop();
  await rig?.close();
  await receiver?.close();
  await env?.teardown();
});

const quick = { initialInterval: '100ms', maximumInterval: '200ms', jitter: 0 };

/** Starts a parent that is told by a signal how its import ends, as `ops` is by a webhook. */
async function follow(jobId: string, more: Partial<TrackImportInput>) {
  const parent = await env.client.workflow.start<typeof receiveImportEnd>('receiveImportEnd', {
    taskQueue: parents.taskQueue,
    workflowId: `parent-${randomUUID()}`,
    args: [
      rig.taskQueue,
      { teamId, jobId, polling: quick, notify: [{}, { webhook: 'ops' }, { workflowId: 'nobody' }], ...more },
    ],
  });
  const tracker = env.client.workflow.getHandle(`${parent.workflowId}/tracker`) as TrackerHandle;
  return { parent, tracker };
}

/** Waits for the notice of a tracker; gives its body. */
async function noticeOf({ workflowId }: TrackerHandle): Promise<unknown> {
  const find = () =>
    receiver
      .notices()
      .map(({ body }) => JSON.parse(body) as { data: { workflowId: string } })
      .find(({ data }) => data.workflowId === workflowId);
  await until(() => find() !== undefined);
  return find();
}

const rows = [
  { input_index: 0, id: 'org_1', created: true },
  { input_index: 1, error: { code: 'invalid', message: 'no domain' } },
];
const finished = { total: 2, duration: 100, results: rows };

test.each<{ kind: string; job: object | null; input?: object; has: object }>([
  { kind: 'complete', job: finished, has: { status: 'complete', job: { results: rows } } },
  {
    kind: 'complete, with failed results',
    job: finished,
    input: { results: 'failed' },
    has: { status: 'complete', failedResults: [{ index: 1 }], failedOmitted: 0 },
  },
  {
    kind: 'complete, with a reference',
    job: finished,
    input: { results: 'stored' },
    has: { status: 'complete', resultsRef: { rows: 2 } },
  },
  {
    kind: 'failed',
    job: { total: 2, duration: 100, status: 'failed', error: { code: 'quota', message: 'used up' } },
    has: { status: 'failed', job: { error: {} } },
  },
  {
    kind: 'expired',
    job: null,
    input: { submittedAt: new Date(Date.now() - 3_600_000).toISOString() },
    has: { status: 'expired', evidence: 'never_seen', lastSeen: null },
  },
  {
    kind: 'timed_out',
    job: { total: 10, duration: 3_600_000 },
    input: { waitTimeout: '1s' },
    has: { status: 'timed_out', lastSeen: { total: 10 } },
  },
])('$kind: outcome, signal, state and notice are what the schemas say', async ({ job, input, has }) => {
  const jobId = `job-${randomUUID()}`;
  if (job !== null) await rig.emulator.controller.createJob({ teamId, jobId, ...job });
  const { parent, tracker } = await follow(jobId, { ...input });
  const [end] = await parent.result();
  expect(bySchema('import-end', end)).toMatchObject(has);
  const outcome = bySchema('import-outcome', await tracker.result());
  expect(outcome.tracking.undelivered).toMatchObject([{ workflowId: 'nobody' }]);
  expect(bySchema('tracking-state', await tracker.query(statusQuery)).phase).toBe('done');
  bySchema('notice', await noticeOf(tracker));
});

test('error: an input that is refused, told by signal, state and notice', async () => {
  const { parent, tracker } = await follow('job', { polling: { jitter: 7 } });
  const [end] = await parent.result();
  expect(bySchema('import-end', end)).toMatchObject({ status: 'error', failure: { type: 'InvalidInput' } });
  expect(validatorOf('import-outcome')(end)).toBe(false);
  await expect(tracker.result()).rejects.toThrow();
  const state = bySchema('tracking-state', await tracker.query(statusQuery));
  expect(state.problem?.code).toBe('invalid_input');
  bySchema('notice', await noticeOf(tracker));
});

test('cancelled, after states on the way, an update and a subscription that the schemas say', async () => {
  const jobId = await rig.emulator.controller.createJob({ teamId, total: 10, duration: 3_600_000 });
  const { parent, tracker } = await follow(jobId, { polling: { initialInterval: '100ms' } });
  await until(async () => {
    const state = await stateOf(tracker);
    return state !== null && bySchema('tracking-state', state).job !== null;
  });
  const policy = bySchema('set-polling-input', { maximumInterval: '1m', jitter: 0 });
  bySchema('tracking-state', await tracker.executeUpdate(setPollingUpdate, { args: [policy] }));
  await tracker.signal(subscribeSignal, bySchema('subscribe-input', { webhook: 'ops', problemAfter: '1h' }));
  await tracker.cancel();
  const [end] = await parent.result();
  expect(bySchema('import-end', end)).toMatchObject({ status: 'cancelled', jobId });
  bySchema('notice', await noticeOf(tracker));
});

test('import.problem and import.expiring are notices that the schema knows', async () => {
  const jobId = await rig.emulator.controller.createJob({ teamId, total: 10, duration: 3_600_000 });
  const rule = rig.emulator.controller.addRule({
    path: new RegExp(`/imports/${jobId}$`),
    respond: { status: 429 },
  });
  const notify = [{ webhook: 'ops', problemAfter: '100ms', expiringWithin: '30d' }];
  const { tracker } = await follow(jobId, { notify });
  await until(() => ofTracker(tracker).length === 1);
  rule.remove();
  await until(() => ofTracker(tracker).length === 2);
  await rig.emulator.controller.setJob(jobId, { status: 'complete' });
  await until(() => ofTracker(tracker).length === 3);
  for (const { body } of ofTracker(tracker)) bySchema('notice', JSON.parse(body));
  expect(
    ofTracker(tracker)
      .map(({ type }) => type)
      .sort(),
  ).toEqual(['import.ended', 'import.expiring', 'import.problem']);
});

test('a pipeline: progress, report, summary and lines are what the schemas say', async () => {
  const pipelines = await startPipelineRig(env);
  try {
    const handle = await pipelines.start(organizations(12, { 3: 'No domain,' }), { batchSize: 5 });
    // The rig checks report, summary and lines.
    const report = await handle.result();
    expect(report.totals.rows).toBe(12);
    expect(bySchema('pipeline-state', await handle.query(progressQuery)).phase).toBe('done');
  } finally {
    await pipelines.close();
  }
});

/** The state of a tracker; null before its first task is done. */
const stateOf = (tracker: TrackerHandle) => tracker.query(statusQuery).catch(() => null);

const ofTracker = ({ workflowId }: TrackerHandle) =>
  receiver.notices().filter(({ data }) => data['workflowId'] === workflowId);
