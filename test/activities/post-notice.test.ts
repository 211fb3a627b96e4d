import { createNoticeActivities } from '../../src/activities/notice-activities';
import { createNoticeSender } from '../../src/webhooks/notice-sender';
import { reply } from '../support/scripted-server';
import { until } from '../support/until';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver';
import { failureOf, quietEnvironment } from './support/activity-rig';

const webhooks = ['first', 'second', 'third', 'fourth', 'fifth'];
const workflowId = 'prism-import/t/j/notice/first/ended';
let receiver: WebhookReceiver;
/** Posts as the workflow of this id; all webhooks are the one receiver. */
let post: (webhook: string, id?: string) => Promise<void>;

beforeEach(async () => {
  receiver = await startWebhookReceiver();
  const { server, secret } = receiver;
  const target = { url: new URL(server.url), secrets: [secret], headers: {}, proxied: false };
  const targets = new Map(webhooks.map((name) => [name, target]));
  const notices = createNoticeSender({ targets: () => targets, proxy: null });
  const activities = createNoticeActivities({ notices });
  const data = { status: 'complete', teamId: 't', jobId: 'j', workflowId: 'prism-import/t/j' };
  const notice = { type: 'import.ended', timestamp: '2026-11-23T09:04:12.345Z', data } as const;
  post = (webhook, id = workflowId) => {
    const environment = quietEnvironment({ workflowExecution: { workflowId: id, runId: 'run' } });
    return environment.run(() => activities.postNotice({ webhook, notice }));
  };
});
afterEach(() => receiver.close());

/** Has the receiver hold that many tries, until it is told to answer them with 500. */
function hold(tries: number): { held: () => number; answer: (count?: number) => void } {
  const held: (() => void)[] = [];
  receiver.answer(
    ...Array.from({ length: tries }, () => (...given: Parameters<ReturnType<typeof reply>>) => {
      held.push(() => reply(500)(...given));
    }),
  );
  return {
    held: () => held.length,
    answer: (count = held.length) => held.splice(0, count).forEach((fail) => fail()),
  };
}

async function expectToWait(trying: Promise<void>): Promise<void> {
  const { type, message, nonRetryable, nextRetryDelay } = await failureOf(trying);
  expect({ type, message, nonRetryable }).toEqual({
    type: 'NoticeFailed',
    message: 'this worker is busy telling webhooks',
    nonRetryable: false,
  });
  expect(Number(nextRetryDelay)).toBeGreaterThanOrEqual(10_000);
  expect(Number(nextRetryDelay)).toBeLessThanOrEqual(30_000);
}

test('the 6th notice at once to one webhook waits, another webhook does not, and failed tries give turns back', async () => {
  const { held, answer } = hold(5);
  const five = webhooks.map(() => failureOf(post('first')));
  await until(() => held() === 5);
  await expectToWait(post('first'));
  await post('second');
  answer();
  for (const { message } of await Promise.all(five)) expect(message).toBe('the webhook first: answered 500');
  const again = hold(5);
  const next = webhooks.map(() => failureOf(post('first')));
  await until(() => again.held() === 5);
  await expectToWait(post('first'));
  again.answer();
  await Promise.all(next);
  expect(receiver.server.requests).toHaveLength(11);
});

test('the 21st notice at once of a worker waits, whatever its webhook, until one of them has ended', async () => {
  const { held, answer } = hold(20);
  const four = webhooks.slice(0, 4);
  const twenty = four.flatMap((name) => webhooks.map(() => failureOf(post(name))));
  await until(() => held() === 20);
  await expectToWait(post('fifth'));
  answer(1);
  await Promise.race(twenty);
  await post('fifth');
  answer();
  await Promise.all(twenty);
  expect(receiver.server.requests).toHaveLength(21);
});

test.each([
  { asked: '86400', waitMs: 3_600_000 },
  { asked: '3600', waitMs: 3_600_000 },
  { asked: '120', waitMs: 120_000 },
  { asked: '0', waitMs: undefined },
])('a receiver that asks to wait for $asked s is asked again after $waitMs ms', async ({ asked, waitMs }) => {
  receiver.answer(reply(503, '', { 'retry-after': asked }));
  const { type, nextRetryDelay, nonRetryable } = await failureOf(post('first'));
  expect({ type, nextRetryDelay, nonRetryable }).toEqual({
    type: 'NoticeFailed',
    nextRetryDelay: waitMs,
    nonRetryable: false,
  });
});

test.each([
  { id: workflowId, header: workflowId },
  { id: 'prism-import/té/j 1/notice/first/ended', header: 'prism-import/t%C3%A9/j%201/notice/first/ended' },
  { id: 'import-\u{1f468}\u200d', header: 'import-%F0%9F%91%A8%E2%80%8D' },
])('the id $id is sent as $header, and signed so', async ({ id, header }) => {
  await post('first', id);
  expect(receiver.notices()).toMatchObject([{ id: header }]);
});
