import { type EmulatorOptions, type Rule } from '../src';
import { keyLifetimeMs } from '../src/prism/imports/idempotency';
import { benches, organizations, root, type Bench, type Reply } from './support/client';

const bench = benches();
const path = `${root}/organization/import`;
const key = { 'idempotency-key': 'run-1/batch-0' };
const isReplay = ({ headers }: Reply) => headers.get('idempotent-replay') === 'true';
const summary = (reply: Reply) => `${reply.status}${isReplay(reply) ? ' replayed' : ''}`;

/** Holds the next import after its work is done, until `finish`; with a status that takes the place of its answer. */
function holdNext({ emulator }: Bench, status?: number) {
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const working = new Promise<void>((resolve) => {
    emulator.controller.addRule({
      operation: 'import',
      times: 1,
      respond: async ({ proceed }) => {
        const answer = proceed();
        resolve();
        await finished;
        return status === undefined ? answer : { status };
      },
    });
  });
  return { working, finish };
}

/** Resolves when so many more imports have reached the emulator. */
async function arrivals({ emulator }: Bench, count: number, send: () => void): Promise<void> {
  const seen = emulator.controller.addRule({ operation: 'import', probability: 0, respond: 'hang' });
  const met = () => emulator.controller.rules().find(({ id }) => id === seen.id)?.met ?? 0;
  send();
  while (met() < count) await new Promise(setImmediate);
  seen.remove();
}

describe('question 28, a second request while the first is at work', () => {
  test.each<{ keyInProgress: NonNullable<EmulatorOptions['keyInProgress']>; status: number }>([
    { keyInProgress: 'conflict', status: 409 },
    { keyInProgress: 'too-early', status: 425 },
  ])('with $keyInProgress is $status, and replays after it', async ({ keyInProgress, status }) => {
    const b = await bench({ keyInProgress });
    const { working, finish } = holdNext(b);
    const first = b.post(path, organizations(2, {}), key);
    await working;
    const meanwhile = await b.post(path, organizations(2, {}), key);
    expect(meanwhile.status).toBe(status);
    expect(meanwhile.body).toMatchObject({ error: { code: 'idempotency_key_in_progress' } });
    finish();
    expect((await first).status).toBe(200);
    expect(isReplay(await b.post(path, organizations(2, {}), key))).toBe(true);
    expect(b.emulator.controller.counts().organization).toBe(2);
  });

  test('with wait gets the answer of the first, once there is one', async () => {
    const b = await bench({ keyInProgress: 'wait' });
    const { working, finish } = holdNext(b);
    const first = b.post(path, organizations(2, {}), key);
    await working;
    const others: Promise<Reply>[] = [];
    await arrivals(b, 2, () => {
      for (let n = 0; n < 2; n++) others.push(b.post(path, organizations(2, {}), key));
    });
    expect(b.emulator.controller.journal).toEqual([]);
    finish();
    const answers = [await first, ...(await Promise.all(others))];
    expect(answers.map(isReplay)).toEqual([false, true, true]);
    expect(answers.map(({ body }) => body)).toEqual(Array(3).fill(answers[0]?.body));
    expect(b.emulator.controller.counts().organization).toBe(2);
  });

  test('with wait is executed when the first fails', async () => {
    const b = await bench({ keyInProgress: 'wait' });
    const { working, finish } = holdNext(b, 503);
    const first = b.unchecked.post(path, organizations(2, {}), key);
    await working;
    const others: Promise<Reply>[] = [];
    await arrivals(b, 2, () => {
      for (let n = 0; n < 2; n++) others.push(b.post(path, organizations(2, {}), key));
    });
    finish();
    expect((await first).status).toBe(503);
    const answers = await Promise.all(others);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.map(isReplay).toSorted()).toEqual([false, true]);
    expect(b.emulator.controller.counts().organization).toBe(4);
  });

  test('with wait does not wait when it is another request, or has another key', async () => {
    const b = await bench({ keyInProgress: 'wait' });
    const { working, finish } = holdNext(b);
    const first = b.post(path, organizations(2, {}), key);
    await working;
    expect((await b.post(path, organizations(3, {}), key)).status).toBe(409);
    expect((await b.post(path, organizations(2, {}), { 'idempotency-key': 'another' })).status).toBe(200);
    finish();
    expect((await first).status).toBe(200);
  });
});

describe('question 29, whose a key is', () => {
  const otherTeam = '/v2/prism/11111111-2222-4333-8444-555555555555/organization/import';
  const otherKey = { ...key, 'x-api-key': 'another-key' };

  test.each<{ keyScope: EmulatorOptions['keyScope']; sameTeam: string; sameApiKey: string }>([
    { keyScope: 'team', sameTeam: '200 replayed', sameApiKey: '200' },
    { keyScope: 'api-key', sameTeam: '200', sameApiKey: '409' },
  ])(
    'with $keyScope another API key of the team gets $sameTeam, another team with the API key $sameApiKey',
    async ({ keyScope, sameTeam, sameApiKey }) => {
      const { post } = await bench({ ...(keyScope && { keyScope }) });
      await post(path, organizations(2, {}), key);
      expect(summary(await post(path, organizations(2, {}), otherKey))).toBe(sameTeam);
      expect(summary(await post(otherTeam, organizations(2, {}), key))).toBe(sameApiKey);
    },
  );
});

describe('question 29, when two bodies are the same', () => {
  const body = '{"objects":[{"default":{"a":1,"b":2}}]}';

  test.each<{ keyBody: NonNullable<EmulatorOptions['keyBody']>; other: string; status: number }>([
    { keyBody: 'json', other: body, status: 200 },
    { keyBody: 'json', other: '{"objects": [{"default":{"b":2,"a":1}}]}', status: 200 },
    { keyBody: 'json', other: '{"objects":[{"default":{"a":1,"b":"2"}}]}', status: 409 },
    { keyBody: 'bytes', other: body, status: 200 },
    { keyBody: 'bytes', other: `${body} `, status: 409 },
    { keyBody: 'bytes', other: '{"objects":[{"default":{"b":2,"a":1}}]}', status: 409 },
  ])('with $keyBody $other after another is $status', async ({ keyBody, other, status }) => {
    const { post } = await bench({ keyBody });
    await post(path, body, key);
    const again = await post(path, other, key);
    expect([again.status, isReplay(again)]).toEqual([status, status === 200]);
    if (status === 409) expect(again.body).toMatchObject({ error: { code: 'idempotency_key_mismatch' } });
  });
});

describe('question 29, which failures free a key', () => {
  const after: Rule['respond'] = ({ proceed }) => {
    proceed();
    return { status: 503 };
  };
  type Case = {
    keyFreedAfter: NonNullable<EmulatorOptions['keyFreedAfter']>;
    refused: string;
    failed: string;
  };

  test.each<Case>([
    { keyFreedAfter: '5xx', refused: '400 replayed', failed: '200' },
    { keyFreedAfter: '4xx-and-5xx', refused: '400', failed: '200' },
    { keyFreedAfter: 'never', refused: '400 replayed', failed: '409' },
  ])(
    'with $keyFreedAfter a 400 is $refused and a 503 is $failed when repeated',
    async ({ keyFreedAfter, refused, failed }) => {
      const { post } = await bench({ keyFreedAfter });
      expect(summary(await post(path, {}, key))).toBe('400');
      expect(summary(await post(path, {}, key))).toBe(refused);
      for (const respond of [{ status: 503 }, after]) {
        const b = await bench({ keyFreedAfter, rules: [{ times: 1, respond }] });
        expect((await b.unchecked.post(path, organizations(2, {}), key)).status).toBe(503);
        expect(summary(await b.post(path, organizations(2, {}), key))).toBe(failed);
      }
    },
  );

  test('a 400 that freed its key lets another request have it, one that kept it does not', async () => {
    for (const [keyFreedAfter, status] of [
      ['4xx-and-5xx', 200],
      ['5xx', 409],
    ] as const) {
      const { post } = await bench({ keyFreedAfter });
      await post(path, {}, key);
      expect((await post(path, organizations(2, {}), key)).status).toBe(status);
    }
  });

  test('a key that a failure kept is in progress for its day, and stale after it', async () => {
    const b = await bench({ keyFreedAfter: 'never', rules: [{ times: 1, respond: { status: 503 } }] });
    await b.unchecked.post(path, organizations(2, {}), key);
    b.clock.now += keyLifetimeMs - 1;
    const last = await b.post(path, organizations(2, {}), key);
    expect(last.body).toMatchObject({ error: { code: 'idempotency_key_in_progress' } });
    b.clock.now += 1;
    const late = await b.post(path, organizations(2, {}), key);
    expect(late.body).toMatchObject({ error: { code: 'idempotency_key_stale' } });
  });
});
