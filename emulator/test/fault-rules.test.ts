import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { startPrismEmulator, type Rule } from '../src';
import { benches, organizations, root, start, team, type Bench } from './support/client';

const bench = benches();
const path = `${root}/organization/import`;
const codeOf = (error: unknown) => (error as { cause?: { code?: string } }).cause?.code;

/** The statuses of so many requests for one count. */
async function statuses({ unchecked: { get } }: Bench, times: number): Promise<number[]> {
  const seen = [];
  for (let n = 0; n < times; n++) seen.push((await get(`${root}/deal/count`)).status);
  return seen;
}

describe('when a rule acts', () => {
  test.each<{ say: string; rule: Omit<Rule, 'respond'>; expected: number[] }>([
    { say: 'on the nth request', rule: { nth: 2 }, expected: [200, 503, 200, 200] },
    { say: 'on several', rule: { nth: [1, 4] }, expected: [503, 200, 200, 503] },
    { say: 'so many times', rule: { times: 3 }, expected: [503, 503, 503, 200] },
    { say: 'never by chance', rule: { probability: 0 }, expected: [200, 200, 200, 200] },
    { say: 'always by chance', rule: { probability: 1 }, expected: [503, 503, 503, 503] },
    { say: 'by operation', rule: { operation: 'count' }, expected: [503, 503, 503, 503] },
    { say: 'not by another operation', rule: { operation: 'status' }, expected: [200, 200, 200, 200] },
    { say: 'by team', rule: { teamId: team }, expected: [503, 503, 503, 503] },
    { say: 'not by another team', rule: { teamId: 'other' }, expected: [200, 200, 200, 200] },
    { say: 'by a pattern in text', rule: { path: 'deal/co.nt$' }, expected: [503, 503, 503, 503] },
    { say: 'not by another method', rule: { method: 'POST' }, expected: [200, 200, 200, 200] },
  ])('$say', async ({ rule, expected }) => {
    const b = await bench();
    const handle = b.emulator.controller.addRule({ ...rule, respond: { status: 503 } });
    expect(await statuses(b, 4)).toEqual(expected);
    const acted = expected.filter((status) => status === 503).length;
    expect(handle.acted()).toBe(acted);
    expect(b.emulator.controller.requests({ rule: handle.id })).toHaveLength(acted);
  });

  test('by chance it is the same for the same seed, about as often as it says', async () => {
    const run = async (seed: string) => {
      const b = await bench({ seed, rules: [{ probability: 0.3, respond: { status: 503 } }] });
      return statuses(b, 100);
    };
    const [first, same, other] = [await run('a'), await run('a'), await run('b')];
    expect(first).toEqual(same);
    expect(first).not.toEqual(other);
    const acted = first.filter((status) => status === 503).length;
    expect(acted).toBeGreaterThan(10);
    expect(acted).toBeLessThan(50);
  });

  test('in a window of time, by the clock of the emulator', async () => {
    const b = await bench({ clock: { start, rate: 0 } });
    const { controller } = b.emulator;
    controller.addRule({ from: '1h', until: '2h', respond: { status: 503 } });
    controller.addRule({ from: new Date(start + 7_200_000).toISOString(), respond: { status: 502 } });
    const seen = [];
    for (const wait of ['0s', '59m', '1m', '59m', '1m', '1d']) {
      controller.advance(wait);
      seen.push(...(await statuses(b, 1)));
    }
    expect(seen).toEqual([200, 200, 503, 503, 502, 502]);
  });

  test('a duration needs a clock that answers at once', async () => {
    const { emulator } = await bench({ clock: () => Promise.resolve(start) });
    const add = () => emulator.controller.addRule({ until: '1h', respond: { status: 500 } });
    expect(add).toThrow('since the clock is asynchronous');
  });
});

describe('the ordinary answer is altered', () => {
  const job = (id: string) => `${root}/imports/${id}`;
  const results = Array.from({ length: 10 }, (_, index) => ({ input_index: index, created: true }));
  const positions = (body: Record<string, unknown>) =>
    (body['results'] as { input_index: number }[]).map(({ input_index }) => input_index);

  async function altered(alter: NonNullable<Rule['alter']>) {
    const b = await bench({ seed: 'alter' });
    await b.emulator.controller.createJob({ teamId: team, jobId: 'j', duration: 0, results });
    b.emulator.controller.addRule({ operation: 'status', alter });
    const response = await fetch(b.emulator.baseUrl + job('j'), { headers: { 'x-api-key': 'k' } });
    return { response, text: await response.text() };
  }

  test('by an unknown status, and without fields', async () => {
    const { text } = await altered({ fields: { status: 'queued', more: 1 }, omit: ['total', 'results'] });
    const body = JSON.parse(text) as object;
    expect(body).toMatchObject({ job_id: 'j', status: 'queued', more: 1, processed: 10 });
    expect(body).not.toHaveProperty('total');
    expect(body).not.toHaveProperty('results');
  });

  test.each([
    { change: 'duplicated', expected: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
    { change: 'reversed', expected: [9, 8, 7, 6, 5, 4, 3, 2, 1, 0] },
    { change: 'gaps', expected: [0, 2, 4, 6, 8] },
  ] as const)('by results that are $change', async ({ change, expected }) => {
    const { text } = await altered({ results: change });
    expect(positions(JSON.parse(text) as Record<string, unknown>)).toEqual(expected);
  });

  test('by results in random order', async () => {
    const { text } = await altered({ results: 'shuffled' });
    const seen = positions(JSON.parse(text) as Record<string, unknown>);
    expect(seen).not.toEqual(results.map(({ input_index }) => input_index));
    expect(seen.toSorted()).toEqual(results.map(({ input_index }) => input_index));
  });

  test('by status and headers, such as a wrong content type', async () => {
    const { response } = await altered({
      status: 203,
      headers: { 'content-type': 'text/html', 'x-more': '1' },
    });
    const { status, headers } = response;
    expect([status, headers.get('content-type'), headers.get('x-more')]).toEqual([203, 'text/html', '1']);
  });

  test('by a huge body', async () => {
    const { response, text } = await altered({ padBytes: 5_000_000 });
    expect(Number(response.headers.get('content-length'))).toBe(text.length);
    expect((JSON.parse(text) as { padding: string }).padding).toHaveLength(5_000_000);
  });

  test('by a text that is no JSON any more', async () => {
    const { response, text } = await altered({ truncate: 0.5 });
    expect(response.status).toBe(200);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });
});

describe('an answer is sent', () => {
  function open(url: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      httpRequest(url, { headers: { 'x-api-key': 'k' }, agent: false }, resolve)
        .on('error', reject)
        .end();
    });
  }

  test('and cut off: the connection ends before the body does', async () => {
    const b = await bench();
    b.emulator.controller.addRule({ send: { cut: 0.5 }, respond: { status: 200, body: 'x'.repeat(1000) } });
    const response = await open(`${b.emulator.baseUrl}${root}/imports/j`);
    expect(response.headers['content-length']).toBe('1000');
    let received = 0;
    response.on('data', (chunk: Buffer) => (received += chunk.length));
    const [error] = (await once(response, 'error')) as [Error];
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(received).toBe(500);
  });

  test('slowly: the body comes in many pieces and is whole', async () => {
    const b = await bench();
    b.emulator.controller.addRule({ send: { spread: 40 }, respond: { status: 200, body: 'x'.repeat(1000) } });
    const response = await open(`${b.emulator.baseUrl}${root}/imports/j`);
    const pieces: Buffer[] = [];
    for await (const piece of response as AsyncIterable<Buffer>) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(1);
    expect(Buffer.concat(pieces)).toHaveLength(1000);
  });

  test('late: the work is done, and a client that gave up finds it', async () => {
    const b = await bench();
    const key = { 'idempotency-key': 'k' };
    const rule = b.emulator.controller.addRule({ method: 'POST', send: { delay: '1h' } });
    const gone = new AbortController();
    const init = {
      method: 'POST',
      headers: { 'x-api-key': 'k', 'content-type': 'application/json', ...key },
      body: JSON.stringify(organizations(2, {})),
      signal: gone.signal,
    };
    const late = fetch(b.emulator.baseUrl + path, init).catch((error: unknown) => error);
    while (b.emulator.controller.counts().organization === 0) await new Promise(setImmediate);
    rule.remove();
    const meanwhile = await b.post(path, organizations(2, {}), key);
    expect(meanwhile.body).toMatchObject({ error: { code: 'idempotency_key_in_progress' } });
    gone.abort();
    await late;
    while (b.emulator.controller.requests({ rule: rule.id }).length === 0) await new Promise(setImmediate);
    const again = await b.post(path, organizations(2, {}), key);
    expect(again.headers.get('idempotent-replay')).toBe('true');
    expect(b.emulator.controller.counts().organization).toBe(2);
  });
});

describe('connections are refused', () => {
  test('by a rule for a while, and the work is not done', async () => {
    const b = await bench();
    b.emulator.controller.addRule({ times: 1, respond: { refuseFor: '1h' } });
    expect(codeOf(await b.post(path, organizations(1)).catch((error: unknown) => error))).toBe('ECONNRESET');
    for (;;) {
      // Until the port is closed, which the first answer does not wait for.
      const error = await b.post(path, organizations(1)).catch((reason: unknown) => reason);
      if (codeOf(error) === 'ECONNREFUSED') break;
      expect(error).toBeInstanceOf(Error);
    }
    await b.emulator.controller.acceptConnections();
    expect((await b.post(path, organizations(1))).status).toBe(200);
    expect(b.emulator.controller.counts().organization).toBe(1);
  });

  test('by the test, until they are accepted again at the same port', async () => {
    const b = await bench();
    await b.emulator.controller.refuseConnections();
    expect(codeOf(await b.get(path).catch((error: unknown) => error))).toBe('ECONNREFUSED');
    await b.emulator.controller.acceptConnections();
    expect(await statuses(b, 1)).toEqual([200]);
  });

  test('and accepted again by themselves', async () => {
    const b = await bench();
    b.emulator.controller.addRule({ times: 1, respond: { refuseFor: 50 } });
    await b.get(path).catch(() => undefined);
    for (;;) {
      const status = await b.get(`${root}/deal/count`).then(
        (reply) => reply.status,
        () => null,
      );
      if (status === 200) break;
    }
    expect(b.emulator.controller.requests({ operation: 'count' })).toHaveLength(1);
  });
});

test.each<{ rule: object; error: RegExp }>([
  { rule: {}, error: /something to do: respond, alter, send or job/ },
  { rule: { respond: { status: 99 } }, error: /respond.*status/ },
  { rule: { respond: 'explode' }, error: /respond: saw "explode", expected an answer/ },
  { rule: { respond: { status: 200 }, alter: { status: 201 } }, error: /not both/ },
  { rule: { path: '(', respond: 'hang' }, error: /path: saw "\(", expected a regular expression/ },
  { rule: { nth: 0, respond: 'hang' }, error: /nth/ },
  { rule: { probability: 2, respond: 'hang' }, error: /probability: saw 2, expected a number from 0 to 1/ },
  { rule: { from: 'noon', respond: 'hang' }, error: /from: saw "noon", expected a time in ISO 8601/ },
  { rule: { respond: { status: 200, headers: { 'x y': '1' } } }, error: /header/ },
  { rule: { when: 1, respond: 'hang' }, error: /when: saw 1, expected no such field/ },
])('the rule $rule is refused', async ({ rule, error }) => {
  const { emulator } = await bench();
  expect(() => emulator.controller.addRule(rule as Rule)).toThrow(error);
  await expect(startPrismEmulator({ rules: [rule as Rule] })).rejects.toThrow(TypeError);
});
