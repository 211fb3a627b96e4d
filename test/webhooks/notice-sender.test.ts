import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { NoticeError } from '../../src/ports/notice-sender';
import { createNoticeSender, type NoticeSenderOptions } from '../../src/webhooks/notice-sender';
import { certificates } from '../support/certificates';
import { startConnectProxy, type ConnectProxy } from '../support/connect-proxy';
import { reply } from '../support/scripted-server';
import { startWebhookReceiver, webhookSecret, type WebhookReceiver } from '../support/webhook-receiver';

let receiver: WebhookReceiver;
let proxy: ConnectProxy | null = null;
beforeEach(async () => {
  receiver = await startWebhookReceiver();
});
afterEach(async () => {
  await Promise.all([receiver.close(), proxy?.close()]);
  proxy = null;
});

const notice = {
  webhook: 'ops',
  id: 'prism-import/t/j/notice/ops/ended',
  body: '{"type":"import.ended","data":{}}',
};
const never = new AbortController().signal;

function senderTo(target: object, options: Partial<NoticeSenderOptions> = {}) {
  const { server, secret } = receiver;
  const url = new URL(`${server.url}/hook?token=T0KEN-of-url`);
  const whole = { url, secrets: [secret], headers: {}, proxied: false, ...target };
  return createNoticeSender({ targets: () => new Map([['ops', whole]]), proxy: null, ...options });
}

async function errorOf(work: Promise<void>): Promise<NoticeError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NoticeError);
  return error as NoticeError;
}

test('a notice is posted as JSON with id, time and signature, and the headers that are configured', async () => {
  await senderTo({ headers: { authorization: 'Bearer abc' } }).send(notice, never);
  expect(receiver.notices()).toEqual([{ id: notice.id, type: 'import.ended', body: notice.body, data: {} }]);
  const [request] = receiver.server.requests;
  expect(request).toMatchObject({ method: 'POST', url: '/hook?token=T0KEN-of-url' });
  expect(request?.headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Bearer abc' });
});

test('a receiver that has the former secret, or the new one, takes it', async () => {
  const [first, second] = [webhookSecret(1), webhookSecret(2)];
  await senderTo({ secrets: [second, first] }).send(notice, never);
  const [{ body, headers } = { body: '', headers: {} }] = receiver.server.requests;
  for (const secret of [first, second]) {
    expect(() => new Webhook(secret).verify(body, headers as Record<string, string>)).not.toThrow();
  }
  expect(() => new Webhook(webhookSecret(3)).verify(body, headers as Record<string, string>)).toThrow();
});

test.each([
  [500, {}, 'failed', null],
  [401, {}, 'failed', null],
  [429, { 'retry-after': '120' }, 'failed', 120_000],
  [503, { 'retry-after': '7' }, 'failed', 7000],
  [302, { location: '/elsewhere' }, 'failed', null],
  [410, {}, 'gone', null],
])('%i is no delivery, and says what next', async (status, headers, kind, retryAfterMs) => {
  receiver.answer(reply(status, 'what the receiver says', headers));
  const error = await errorOf(senderTo({}).send(notice, never));
  expect(error).toMatchObject({ kind, retryAfterMs });
  expect(error.message).toContain(`the webhook ops: answered ${status}`);
  expect(error.message).not.toContain('what the receiver says');
  expect(receiver.server.requests).toHaveLength(1);
});

test.each([200, 201, 204, 299])('%i is a delivery, whatever the body', async (status) => {
  receiver.answer(reply(status, status === 204 ? '' : 'x'.repeat(1_000_000)));
  await senderTo({}).send(notice, never);
});

test('an answer whose body never ends is a delivery all the same', async () => {
  receiver.answer((response) => void response.writeHead(200).write('x'));
  await senderTo({}).send(notice, never);
});

test('a receiver that hangs is left after the time, one that breaks off at once, without its address', async () => {
  receiver.answer(
    () => undefined,
    (response) => response.destroy(),
  );
  const impatient = senderTo({}, { timeoutMs: 300 });
  const hanging = await errorOf(impatient.send(notice, never));
  expect(hanging.message).toBe('the webhook ops: no answer within 0.3 s');
  const sender = senderTo({});
  expect((await errorOf(sender.send(notice, never))).message).toBe('the webhook ops: no answer (ECONNRESET)');
  await receiver.server.close();
  const { message } = await errorOf(sender.send(notice, never));
  expect(message).toBe('the webhook ops: no answer (ECONNREFUSED)');
});

test('a try that is called off rejects with the reason', async () => {
  receiver.answer(() => undefined);
  const stop = new AbortController();
  const sending = senderTo({}).send(notice, stop.signal);
  stop.abort(new Error('called off'));
  await expect(sending).rejects.toThrow('called off');
});

test('a name that nobody has configured is told with those that are', async () => {
  const error = await errorOf(senderTo({}).send({ ...notice, webhook: 'opps' }, never));
  expect(error).toMatchObject({
    kind: 'unknown',
    message: 'there is no webhook opps in PRISM_WEBHOOKS, only: ops',
  });
});

test('a proxy is asked for the way, and what it refuses is told without its password', async () => {
  proxy = await startConnectProxy(receiver.server.port);
  const url = new URL('http://receiver.internal/hook');
  const through = { proxy: new URL(`http://me:hunter2-pass@127.0.0.1:${proxy.port}`) };
  await senderTo({ url, proxied: true }, through).send(notice, never);
  expect(proxy.asked).toMatchObject([{ target: 'receiver.internal:80' }]);
  expect(receiver.notices()).toHaveLength(1);
  proxy.answer(407);
  const { message } = await errorOf(senderTo({ url, proxied: true }, through).send(notice, never));
  expect(message).toMatch(/^the webhook ops: no answer \(.*proxy.*\)$/);
  expect(message).not.toMatch(/hunter2|127\.0\.0\.1|internal/);
});

test('a certificate that nobody vouches for is refused before anything is sent', async () => {
  const tls = createServer({
    cert: readFileSync(certificates.server.certificate),
    key: readFileSync(certificates.server.key),
  }).listen(0, '127.0.0.1');
  await once(tls, 'listening');
  const url = new URL(`https://127.0.0.1:${(tls.address() as AddressInfo).port}/hook`);
  const { message } = await errorOf(senderTo({ url }).send(notice, never));
  expect(message).toMatch(/^the webhook ops: no answer \([A-Z_]+\)$/);
  tls.close();
});
