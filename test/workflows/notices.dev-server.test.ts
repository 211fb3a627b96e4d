import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { failedNotices } from '../../src/temporal/listing/failed-notices';
import type { TrackImportInput } from '../../src/core/tracker/input';
import type { trackImport } from '../../src/workflows/track-import';
import { runCli } from '../cli/support/run-cli';
import { reply } from '../support/scripted-server';
import { startDevServer } from '../support/temporal';
import { until } from '../support/until';
import { startWebhookReceiver, webhookSecret, type WebhookReceiver } from '../support/webhook-receiver';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';

const teamId = 'acme';
const quick = { initialInterval: '100ms', maximumInterval: '200ms', jitter: 0 };
const folder = mkdtempSync(join(tmpdir(), 'prism-notices-'));
const file = join(folder, 'webhooks.json');
const noticesFile = join(folder, 'notices.json');

let env: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let receiver: WebhookReceiver;
let worker: WorkerProcess;

const environment = () => ({
  TEMPORAL_ADDRESS: env.address,
  MICRO_API_KEY: 'a-key-of-micro',
  MICRO_BASE_URL: emulator.baseUrl,
  PRISM_WEBHOOKS: file,
  PRISM_NOTICES: noticesFile,
});

beforeAll(async () => {
  env = await startDevServer({
    extraArgs: ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=60'],
  });
  emulator = await startPrismEmulator();
  receiver = await startWebhookReceiver();
  const url = `${receiver.server.url}/T0KEN-of-url`;
  writeFileSync(file, JSON.stringify({ ops: { url, secret: [receiver.secret, webhookSecret(9)] } }));
  writeFileSync(noticesFile, JSON.stringify({ '*': [], watched: [{ webhook: 'ops', problemAfter: '1s' }] }));
  worker = await startWorkerProcess({ environment: environment() });
});
afterAll(async () => {
  await worker?.stop();
  await Promise.all([emulator?.close(), receiver?.close()]);
  await env?.teardown();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  receiver.server.requests.length = 0;
});

/** Follows a job that the emulator keeps open until it is completed. */
async function follow(more: Partial<TrackImportInput> = {}, workflowId = `tracker-${randomUUID()}`) {
  const jobId = `job-${randomUUID()}`;
  await emulator.controller.createJob({ teamId, jobId, total: 10, duration: 3_600_000 });
  const handle = await env.client.workflow.start<typeof trackImport>('trackImport', {
    taskQueue: 'prism-imports',
    workflowId,
    args: [{ teamId, jobId, polling: quick, notify: [{ webhook: 'ops' }], ...more }],
  });
  return { jobId, handle, complete: () => emulator.controller.setJob(jobId, { status: 'complete' }) };
}

test('a worker that is killed while the receiver is slow: the notice is sent again, with the same id and body', async () => {
  receiver.answer(() => undefined);
  const { handle, complete } = await follow();
  await complete();
  await until(() => receiver.server.requests.length === 1);
  await worker.kill();
  worker = await startWorkerProcess({ environment: environment() });
  await env.client.workflow.getHandle(`${handle.workflowId}/notice/ops/ended`).result();
  const tries = receiver.notices();
  expect(tries).toHaveLength(2);
  expect(new Set(tries.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
  expect(worker.log()).not.toContain('T0KEN');
});

test('a tracker that continues as new repeats no notice, and the last run sends the end', async () => {
  const { jobId, handle, complete } = await follow({
    notify: [{ webhook: 'ops', expiringWithin: '30d', problemAfter: '100ms' }],
  });
  const current = env.client.workflow.getHandle(handle.workflowId);
  await until(async () => (await current.describe()).runId !== handle.firstExecutionRunId);
  const rule = emulator.controller.addRule({
    path: new RegExp(`/imports/${jobId}$`),
    respond: { status: 429 },
  });
  await until(() => receiver.server.requests.length === 2);
  rule.remove();
  const { runId } = await current.describe();
  await until(async () => (await current.describe()).runId !== runId);
  await complete();
  await current.result();
  await until(() => receiver.server.requests.length >= 3);
  expect(receiver.notices().map(({ type }) => type)).toEqual([
    'import.expiring',
    'import.problem',
    'import.ended',
  ]);
});

test('an import that is tracked again sends its new end under another id', async () => {
  const first = await follow({ waitTimeout: '1s' }, 'tracker-again');
  await first.handle.result();
  await until(() => receiver.server.requests.length === 1);
  const again = await follow({}, 'tracker-again');
  await again.complete();
  await again.handle.result();
  await until(() => receiver.server.requests.length === 2);
  const [one, other] = receiver.notices();
  expect([one?.data['status'], other?.data['status']]).toEqual(['timed_out', 'complete']);
  expect(one?.id).toBe('tracker-again/notice/ops/ended');
  expect(other?.id).toMatch(/^tracker-again\/notice\/ops\/ended\/[0-9a-f-]{36}$/);
});

test('what could not be delivered is found by team, and counted by list', async () => {
  receiver.answer(reply(410));
  const { handle, complete } = await follow();
  await complete();
  expect((await handle.result()).tracking.undelivered).toEqual([]);
  const at = { address: env.address, namespace: env.namespace ?? 'default' };
  await until(async () => (await failedNotices(env.client, at, teamId)).count === 1);
  expect((await failedNotices(env.client, at, 'other')).count).toBe(0);
  const { stdout } = await runCli(['list', '--team', teamId], environment());
  expect(stdout).toContain('1 notice to webhooks could not be delivered. Which:');
  expect(stdout).toContain(`temporal workflow list --address ${env.address} --namespace default --query `);
});

test('the operator is notified of every tracker of a team, also of one that is refused at once', async () => {
  const start = (jobId: string, team = 'watched') =>
    env.client.workflow.start<typeof trackImport>('trackImport', {
      taskQueue: 'prism-imports',
      workflowId: `operators-${jobId}`,
      args: [{ teamId: team, jobId, polling: quick }],
    });
  const received = () =>
    receiver.server.requests.map(({ body }) => {
      const { type, data } = JSON.parse(body.toString()) as { type: string; data: Record<string, unknown> };
      return `${String(data['jobId'])}: ${type} ${String(data['status'])}`;
    });
  receiver.answer(reply(200, {}));
  emulator.controller.addRule({ path: /\/refused$/, respond: () => ({ status: 401, body: {} }) });
  emulator.controller.addRule({ path: /\/away$/, respond: () => ({ status: 503, body: {} }) });
  const done = await emulator.controller.createJob({ teamId: 'watched', total: 1, duration: 0 });
  const others = await emulator.controller.createJob({ teamId: 'others', total: 1, duration: 0 });
  await (await start(others, 'others')).result();
  const away = await start('away');
  await (await start(done)).result();
  await expect((await start('refused')).result()).rejects.toThrow();
  const expected = [
    `${done}: import.ended complete`,
    'refused: import.ended error',
    'away: import.problem processing',
  ];
  await until(() => expected.every((each) => received().includes(each)));
  expect(received().sort()).toEqual(expected.sort());
  await away.terminate();
});
