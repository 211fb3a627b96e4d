import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { createNoticeSender } from '../../src/webhooks/notice-sender';
import { subscribeSignal } from '../../src/workflows/messages';
import { reply } from '../support/scripted-server';
import { startTimeSkipping } from '../support/temporal';
import { startTrackerRig, teamId, type TrackerRig } from '../support/tracker-rig';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver';

const [second, minute, hour] = [1000, 60_000, 3_600_000];
const day = 24 * hour;

let env: TestWorkflowEnvironment;
let rig: TrackerRig;
let receiver: WebhookReceiver;

// One each: a child that outlives its parent keeps this server from skipping time for whoever comes next.
beforeEach(async () => {
  env = await startTimeSkipping();
  receiver = await startWebhookReceiver();
  const url = new URL(receiver.server.url);
  const ops = { url, secrets: [receiver.secret], headers: {}, proxied: false };
  const notices = createNoticeSender({ targets: () => new Map([['ops', ops]]), proxy: null });
  rig = await startTrackerRig(env, { notices });
});

afterEach(async () => {
  await rig?.close();
  await receiver?.close();
  await env?.teardown();
});

async function job(script: { jobId: string; duration?: number; [field: string]: unknown }): Promise<void> {
  await rig.emulator.controller.createJob({ teamId, duration: 30 * second, total: 200, ...script });
}

const failing = (jobId: string) =>
  rig.emulator.controller.addRule({ path: new RegExp(`/imports/${jobId}$`), respond: { status: 503 } });

/** Waits for the end of a delivery; gives why it failed, or null. */
async function delivery(id: string): Promise<ApplicationFailure | null> {
  const error: unknown = await env.client.workflow
    .getHandle(id)
    .result()
    .then(
      () => null,
      (thrown: unknown) => thrown,
    );
  if (error === null) return null;
  expect(error).toBeInstanceOf(WorkflowFailedError);
  const { cause } = error as WorkflowFailedError;
  expect(cause).toBeInstanceOf(ApplicationFailure);
  return cause as ApplicationFailure;
}

/** A tracker of a new job that tells `ops`, followed to its end, and what was received once that was delivered. */
async function followed(webhook: object = {}, script: object = {}) {
  const jobId = `job-${randomUUID()}`;
  await job({ jobId, ...script });
  const handle = await rig.track({ jobId, notify: [{ webhook: 'ops', ...webhook }] });
  const outcome = await handle.result();
  const id = `${handle.workflowId}/notice/ops/ended`;
  const failure = await delivery(id);
  return { jobId, handle, outcome, id, failure };
}

describe('an end', () => {
  test('is sent once, under the id of the workflow that delivers it', async () => {
    const { jobId, handle, outcome, id } = await followed();
    expect(outcome.tracking.undelivered).toEqual([]);
    expect(receiver.notices()).toMatchObject([
      {
        id,
        type: 'import.ended',
        data: { status: 'complete', teamId, jobId, workflowId: handle.workflowId },
      },
    ]);
    const body = receiver.notices()[0]?.body ?? '';
    expect(JSON.parse(body)).toMatchObject({
      data: { job: { succeeded: 200 }, tracking: { polls: outcome.tracking.polls } },
    });
    expect(body).not.toContain('results":[');
  });

  test('is delivered in the end, whatever the receiver does at first: the same body, under the same id', async () => {
    receiver.answer(
      reply(500),
      (response) => response.destroy(),
      reply(404),
      reply(429, '', { 'retry-after': '1800' }),
      reply(302, '', { location: '/elsewhere' }),
    );
    const before = await env.currentTimeMs();
    const { id, failure } = await followed();
    expect(failure).toBeNull();
    const tries = receiver.notices();
    expect(tries).toHaveLength(6);
    expect(new Set(tries.map((notice) => `${notice.id} ${notice.body}`)).size).toBe(1);
    expect(tries[0]?.id).toBe(id);
    expect((await env.currentTimeMs()) - before).toBeGreaterThan(30 * minute);
  });

  test('is tried for a day, and then it is the delivery that fails, not the tracker', async () => {
    const before = await env.currentTimeMs();
    receiver.answer(...Array.from({ length: 100 }, () => reply(503)));
    const { outcome, failure } = await followed();
    receiver.drop();
    expect(outcome).toMatchObject({ status: 'complete', tracking: { undelivered: [] } });
    expect(failure).toMatchObject({ type: 'NoticeUndelivered' });
    expect(failure?.message).toMatch(/^The webhook ops was not notified of import\.ended: .*answered 503/);
    const tries = receiver.notices().length;
    expect(tries).toBeGreaterThan(20);
    expect(tries).toBeLessThan(50);
    expect((await env.currentTimeMs()) - before).toBeGreaterThan(22 * hour);
  });

  test('is not tried again when the receiver says that it wants no more', async () => {
    receiver.answer(reply(410));
    const { failure } = await followed();
    expect(failure?.message).toContain('answered 410: it wants no more notices');
    expect(receiver.notices()).toHaveLength(1);
  });

  test('is sent when the tracker is cancelled, and when its input is refused', async () => {
    await job({ jobId: 'cancelled', duration: 50 * hour });
    const handle = await rig.track({ jobId: 'cancelled', notify: [{ webhook: 'ops' }] });
    await env.sleep(minute);
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    await delivery(`${handle.workflowId}/notice/ops/ended`);
    const refused = await rig.track({ jobId: '', notify: [{ webhook: 'ops' }] });
    await expect(refused.result()).rejects.toThrow();
    await delivery(`${refused.workflowId}/notice/ops/ended`);
    expect(receiver.notices()).toMatchObject([
      { data: { status: 'cancelled', jobId: 'cancelled' } },
      { data: { status: 'error', failure: { type: 'InvalidInput' } } },
    ]);
  });

  test('is sent to a webhook that joins late, once', async () => {
    await job({ jobId: 'joined', duration: 10 * minute });
    const handle = await rig.track({ jobId: 'joined' });
    await env.sleep(minute);
    await handle.signal(subscribeSignal, { webhook: 'ops' });
    await handle.signal(subscribeSignal, { webhook: 'ops' });
    await handle.result();
    await delivery(`${handle.workflowId}/notice/ops/ended`);
    expect(receiver.notices()).toHaveLength(1);
  });

  test('for a webhook that nobody has configured fails after ten tries, naming those that are', async () => {
    await job({ jobId: 'unknown' });
    const handle = await rig.track({ jobId: 'unknown', notify: [{ webhook: 'opps' }] });
    expect((await handle.result()).tracking.undelivered).toEqual([]);
    const before = await env.currentTimeMs();
    const failure = await delivery(`${handle.workflowId}/notice/opps/ended`);
    expect(failure?.message).toContain('there is no webhook opps in PRISM_WEBHOOKS, only: ops');
    const took = (await env.currentTimeMs()) - before;
    expect(took).toBeGreaterThan(30 * minute);
    expect(took).toBeLessThan(hour);
  });
});

describe('on the way', () => {
  test('a problem is sent once, when it has lasted', async () => {
    const jobId = 'troubled';
    await job({ jobId, duration: 20 * hour });
    const handle = await rig.track({ jobId, notify: [{ webhook: 'ops', problemAfter: '90m' }] });
    await env.sleep(10 * minute);
    const first = failing(jobId);
    const [beganMs] = [await env.currentTimeMs()];
    await env.sleep(8 * hour);
    first.remove();
    await env.sleep(3 * hour);
    const second = failing(jobId);
    await env.sleep(6 * hour);
    second.remove();
    expect(await handle.result()).toMatchObject({ status: 'complete' });
    await delivery(`${handle.workflowId}/notice/ops/ended`);
    const notices = receiver.notices();
    expect(notices.map(({ type }) => type)).toEqual(['import.problem', 'import.ended']);
    expect(notices[0]).toMatchObject({
      id: `${handle.workflowId}/notice/ops/problem`,
      data: { jobId, status: 'processing', problem: { code: 'unavailable' }, job: { status: 'processing' } },
    });
    const { timestamp } = JSON.parse(notices[0]?.body ?? '') as { timestamp: string };
    const afterMs = Date.parse(timestamp) - beganMs;
    expect(afterMs).toBeGreaterThanOrEqual(90 * minute);
    // The problem is found at a poll; from then on it is told to the minute, however seldom polls are.
    expect(afterMs).toBeLessThan(2 * hour);
  });

  test('an expiry that is near is sent once, at its time and not at the next poll', async () => {
    const jobId = 'expiring';
    const keptMs = 3 * day;
    const since = await env.currentTimeMs();
    await job({ jobId, duration: 100 * day, expires_at: new Date(since + keptMs).toISOString() });
    const polling = { initialInterval: '1d', maximumInterval: '1d', jitter: 0 };
    const handle = await rig.track({ jobId, polling, notify: [{ webhook: 'ops', expiringWithin: '12h' }] });
    await env.sleep(keptMs - hour);
    rig.emulator.controller.deleteJob(jobId);
    expect(await handle.result()).toMatchObject({ status: 'expired' });
    await delivery(`${handle.workflowId}/notice/ops/ended`);
    const notices = receiver.notices();
    expect(notices.map(({ type }) => type)).toEqual(['import.expiring', 'import.ended']);
    const { timestamp } = JSON.parse(notices[0]?.body ?? '') as { timestamp: string };
    expect(Math.abs(Date.parse(timestamp) - since - (keptMs - 12 * hour))).toBeLessThan(minute);
  });
});
