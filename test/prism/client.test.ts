import { gzipSync } from 'node:zlib';
import { createPrismClient } from '../../src/prism/client';
import type { PrismOptions } from '../../src/prism/http';
import { reply, startScriptedServer, type ScriptedServer } from '../support/scripted-server';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

const client = (options: Partial<PrismOptions> = {}) =>
  createPrismClient({ baseUrl: server.url, apiKey: 'sk-test', requestsPerSecond: 1000, ...options });
const job = { job_id: 'j', status: 'processing', total: 3 };
const start = {
  teamId: 't',
  objectType: 'organization' as const,
  rows: [{ default: { name: 'Acme' } }],
  options: {},
  idempotencyKey: 'key-1',
};

describe('getImport', () => {
  test('asks for the job, with the key and nothing to be cached or parsed', async () => {
    server.answer(reply(200, job));
    await client().getImport('team', 'job');
    expect(server.requests).toHaveLength(1);
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'GET', url: '/v2/prism/team/imports/job', body: '' });
    expect(request?.headers).toMatchObject({
      'x-api-key': 'sk-test',
      accept: 'application/json',
      'user-agent': 'prism-imports',
    });
    expect(request?.headers).not.toHaveProperty('content-type');
  });

  test('gives the job as sent, unknown fields kept, with the server time and the hint', async () => {
    const sent = {
      job_id: 'j',
      status: 'resting',
      total: null,
      results: [{ error: 'plain text' }, { id: null, later: [1] }],
      more: { a: null },
      expires_at: null,
    };
    server.answer(reply(200, sent, { date: 'Mon, 23 Nov 2026 12:00:00 GMT', 'retry-after': '2' }));
    expect(await client().getImport('t', 'j')).toEqual({
      value: sent,
      serverTime: '2026-11-23T12:00:00.000Z',
      retryAfterMs: 2000,
      streamed: false,
    });
  });

  test('has no server time when the server has no clock', async () => {
    server.answer((response) => {
      response.sendDate = false;
      response.end(JSON.stringify(job));
    });
    expect(await client().getImport('t', 'j')).toMatchObject({ serverTime: null, retryAfterMs: null });
  });

  test.each([
    [404, { error: { code: 'not_found', message: 'no', request_id: 'r' } }],
    [404, ''],
    [404, '<html>'],
    [410, { message: 'gone' }],
  ])('%d with body %j is a value', async (status, body) => {
    server.answer(reply(status, body));
    expect(await client().getImport('t', 'j')).toMatchObject({ value: null });
  });

  test.each([
    ['a/b c', 'a%2Fb%20c'],
    ['%2e%2e', '%252e%252e'],
    ['?x=1#y', '%3Fx%3D1%23y'],
    ['\\..\\', '%5C..%5C'],
    ['Jürgen', 'J%C3%BCrgen'],
    ['...', '...'],
    ["it's(!)*~", "it's(!)*~"],
  ])('sends the id %j as one segment of the path, %s', async (id, encoded) => {
    server.answer(reply(200, job));
    await client().getImport(id, id);
    expect(server.requests[0]?.url).toBe(`/v2/prism/${encoded}/imports/${encoded}`);
  });

  test.each(['/', '/proxy/micro', '/proxy/micro/'])(
    'keeps the prefix of a base URL ending in %s',
    async (prefix) => {
      server.answer(reply(200, job));
      await client({ baseUrl: server.url + prefix }).getImport('t', 'j');
      expect(server.requests[0]?.url).toBe(`${prefix.replace(/\/$/, '')}/v2/prism/t/imports/j`);
    },
  );

  test('uses one connection for one poll after another', async () => {
    server.answer(reply(200, job));
    const api = client();
    for (let poll = 0; poll < 5; poll += 1) await api.getImport('t', 'j');
    expect(server.connections()).toBe(1);
  });

  test('reads compressed answers', async () => {
    server.answer(reply(200, gzipSync(JSON.stringify(job)), { 'content-encoding': 'gzip' }));
    expect(await client().getImport('t', 'j')).toMatchObject({ value: job });
  });

  test('takes the key anew for each request', async () => {
    server.answer(reply(200, job));
    const keys = ['first', 'second'];
    let current = 0;
    const api = client({ apiKey: () => keys[current] ?? '' });
    await api.getImport('t', 'j');
    current = 1;
    await api.getImport('t', 'j');
    expect(server.requests.map(({ headers }) => headers['x-api-key'])).toEqual(keys);
  });
});

describe('startImport', () => {
  test('posts rows and options with the idempotency key', async () => {
    server.answer(reply(202, job, { location: '/somewhere' }));
    const options = { dedupe_by: 'primary_domain', caseInsensitive: true, list_id: 'l' };
    expect(await client().startImport({ ...start, options })).toMatchObject({ value: job });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/v2/prism/t/organization/import' });
    expect(request?.headers).toMatchObject({
      'idempotency-key': 'key-1',
      'content-type': 'application/json',
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({ objects: start.rows, options });
  });

  test('leaves out options that nobody gave', async () => {
    server.answer(reply(202, job));
    await client().startImport(start);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ objects: start.rows });
  });

  test.each([
    [200, { job_id: null, status: 'complete', results: [] }],
    [200, { status: 'complete' }],
    [200, { job_id: null, status: 'failed', error: { code: 'x' } }],
    [202, { job_id: null, status: 'complete', total: 1 }],
    [200, { job_id: 'j', status: 'processing' }],
    [202, { job_id: 'j', status: 'complete' }],
    [202, { job_id: 'j', status: 'queued' }],
  ])('goes by the body, not by the status: %d %j', async (status, body) => {
    server.answer(reply(status, body));
    expect(await client().startImport(start)).toMatchObject({ value: body });
  });

  test('makes a connection of its own for each write', async () => {
    server.answer(reply(202, job));
    const api = client();
    await api.startImport(start);
    await api.startImport(start);
    expect(server.connections()).toBe(2);
  });
});

describe('custom headers', () => {
  test('go with every request', async () => {
    server.answer(reply(200, job));
    await client({ customHeaders: { 'x-tenant': 'blue', 'User-Agent': 'mine' } }).getImport('t', 'j');
    expect(server.requests[0]?.headers).toMatchObject({ 'x-tenant': 'blue', 'user-agent': 'mine' });
  });

  test('cannot replace what the client and HTTP set', async () => {
    server.answer(reply(202, job));
    const customHeaders = {
      ...{
        'X-API-Key': 'other',
        Host: 'evil.example',
        'Content-Length': '3',
        'Transfer-Encoding': 'chunked',
      },
      ...{
        'Idempotency-Key': 'other',
        'Content-Type': 'text/plain',
        Accept: 'text/html',
        Expect: '100-continue',
      },
    };
    await client({ customHeaders }).startImport(start);
    expect(server.requests[0]?.headers).toMatchObject({
      'x-api-key': 'sk-test',
      host: `127.0.0.1:${server.port}`,
      'idempotency-key': 'key-1',
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ objects: start.rows });
  });

  test.each(['set', 'get', 'normalize', 'toJSON', 'constructor', 'concat'])(
    'named like a method, %s, does no harm',
    async (name) => {
      server.answer(reply(200, job));
      await client({ customHeaders: { [name]: 'x' } }).getImport('t', 'j');
      expect(server.requests[0]?.headers[name.toLowerCase()]).toBe('x');
    },
  );

  test.each([{ 'a b': 'c' }, { a: 'secret\r\nb: c' }])(
    'that HTTP cannot carry are refused: %j',
    (customHeaders) => {
      expect(() => client({ customHeaders })).toThrow(/^(Header name must|Invalid character).*\["a( b)?"\]$/);
    },
  );
});

test.each(['ftp://x', 'not a url', 'https://user:pw@x', 'https://x?y', 'https://x#y', ''])(
  'the base URL %j is refused, a password is not shown',
  (baseUrl) => {
    expect(() => client({ baseUrl })).toThrow(/^MICRO_BASE_URL: saw .*, expected an http or https URL/);
    expect(() => client({ baseUrl })).not.toThrow(/pw/);
  },
);

test('each client spaces its requests', async () => {
  server.answer(reply(200, job));
  const api = client({ requestsPerSecond: 40 });
  const startMs = performance.now();
  await Promise.all(Array.from({ length: 5 }, () => api.getImport('t', 'j')));
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(95);
});

test('no proxy of the environment comes between', async () => {
  const proxy = await startScriptedServer();
  const before = process.env['http_proxy'];
  process.env['http_proxy'] = proxy.url;
  try {
    server.answer(reply(200, job));
    await client().getImport('t', 'j');
    expect(proxy.connections()).toBe(0);
    expect(server.requests).toHaveLength(1);
  } finally {
    if (before === undefined) delete process.env['http_proxy'];
    else process.env['http_proxy'] = before;
    await proxy.close();
  }
});
