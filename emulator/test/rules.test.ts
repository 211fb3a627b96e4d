import { type Rule } from '../src';
import { benches, organizations, root, team } from './support/client';

const bench = benches();
const path = `${root}/organization/import`;

test.each<{
  respond: Rule['respond'];
  status: number;
  type: string | null;
  retryAfter: string | null;
  text: string;
}>([
  { respond: { status: 401 }, status: 401, type: null, retryAfter: null, text: '' },
  {
    respond: { status: 403, body: { message: 'Forbidden' } },
    status: 403,
    type: 'application/json',
    retryAfter: null,
    text: '{"message":"Forbidden"}',
  },
  {
    respond: { status: 429, headers: { 'Retry-After': '7' } },
    status: 429,
    type: null,
    retryAfter: '7',
    text: '',
  },
  {
    respond: { status: 503, headers: { 'Content-Type': 'text/html' }, body: '<h1>503</h1>' },
    status: 503,
    type: 'text/html',
    retryAfter: null,
    text: '<h1>503</h1>',
  },
  {
    respond: { status: 200, body: '{"job_id":"1","sta' },
    status: 200,
    type: 'application/json',
    retryAfter: null,
    text: '{"job_id":"1","sta',
  },
  {
    respond: () => ({ status: 500, body: null }),
    status: 500,
    type: 'application/json',
    retryAfter: null,
    text: 'null',
  },
])('a rule answers $respond, and still with request id and date', async ({ respond, ...expected }) => {
  const { emulator } = await bench();
  emulator.controller.addRule({ respond });
  const response = await fetch(`${emulator.baseUrl}${root}/imports/j`);
  const { status, headers } = response;
  const text = await response.text();
  expect({ status, type: headers.get('content-type'), retryAfter: headers.get('retry-after'), text }).toEqual(
    expected,
  );
  expect(headers.get('x-request-id')).toMatch(/^req_/);
  expect(headers.get('date')).toBe('Mon, 23 Nov 2026 09:00:00 GMT');
  expect(emulator.controller.journal).toMatchObject([{ status, jobId: null }]);
});

test('rules apply by method and path, so many times, the oldest first, until they are taken back', async () => {
  const { unchecked, emulator } = await bench();
  const { get, post } = unchecked;
  const status = async () => (await get(`${root}/deal/count`)).status;
  emulator.controller.addRule({ method: 'POST', respond: { status: 500 } });
  emulator.controller.addRule({ path: /\/imports\//g, respond: { status: 501 } });
  emulator.controller.addRule({ method: 'get', path: /\/count$/, times: 2, respond: { status: 502 } });
  const rule = emulator.controller.addRule({ path: /count/, respond: { status: 503 } });
  expect([await status(), await status(), await status(), await status()]).toEqual([502, 502, 503, 503]);
  rule.remove();
  expect(await status()).toBe(200);
  expect((await get(`${root}/imports/j`)).status).toBe(501);
  expect((await get(`${root}/imports/j`)).status).toBe(501);
  expect((await post(path, organizations(1))).status).toBe(500);
  expect(emulator.controller.counts().organization).toBe(0);
});

test('a function sees the request but not the key, and may let it pass or change the answer', async () => {
  const { post, unchecked, emulator } = await bench();
  const seen: unknown[] = [];
  emulator.controller.addRule({
    respond: ({ method, path, query, headers, body, nth, proceed }) => {
      seen.push({ method, path, query, key: headers['x-api-key'], type: headers['content-type'], body, nth });
      if (nth === 1) return undefined;
      const answer = proceed();
      expect(proceed()).toEqual(answer);
      return { ...answer, body: { ...(answer.body as object), status: 'queued' } };
    },
  });
  const batch = organizations(1);
  expect((await post(`${path}?x=1`, batch)).body['status']).toBe('complete');
  const spoilt = await unchecked.post(path, batch);
  expect(spoilt.body).toMatchObject({ status: 'queued', results: [{ existing: true }] });
  const request = { method: 'POST', path, key: undefined, type: 'application/json', body: batch };
  expect(seen).toEqual([
    { ...request, query: 'x=1', nth: 1 },
    { ...request, query: '', nth: 2 },
  ]);
  expect(emulator.controller.counts().organization).toBe(1);
});

test.each([
  { respond: 'reset-before' as const, records: 0, rows: null },
  { respond: 'reset-after' as const, records: 1, rows: 1 },
])('$respond leaves $records records and no answer', async ({ respond, records, rows }) => {
  const { post, get, emulator } = await bench();
  emulator.controller.addRule({ times: 1, respond });
  const error = await post(path, organizations(1)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ cause: { code: 'ECONNRESET' } });
  expect((await get(`${root}/organization/count`)).body).toEqual({ total: records });
  expect(emulator.controller.journal[0]).toMatchObject({ method: 'POST', status: null, rows });
});

test('hang keeps the client waiting until it gives up, the work not done', async () => {
  const { emulator } = await bench();
  const abort = new AbortController();
  emulator.controller.addRule({
    respond: () => {
      setImmediate(() => abort.abort());
      return 'hang';
    },
  });
  const request = fetch(`${emulator.baseUrl}${root}/imports/j`, { signal: abort.signal });
  await expect(request).rejects.toThrow(/abort/i);
  expect(emulator.controller.journal).toMatchObject([{ status: null }]);
});

test('closing ends hanging connections', async () => {
  const { emulator } = await bench();
  const hanging = new Promise<void>((resolve) => {
    emulator.controller.addRule({ respond: () => (resolve(), 'hang') });
  });
  const request = fetch(`${emulator.baseUrl}${root}/imports/j`).catch((reason: unknown) => reason);
  await hanging;
  await emulator.close();
  expect(await request).toMatchObject({ name: 'TypeError', cause: { code: 'UND_ERR_SOCKET' } });
});

test('a rule that throws is told as an error of the emulator', async () => {
  const { get, emulator } = await bench();
  emulator.controller.addRule({
    respond: () => {
      throw new Error('my mistake');
    },
  });
  const { status, body } = await get(`/v2/prism/${team}/imports/j`);
  expect(status).toBe(500);
  expect(body).toMatchObject({
    error: { code: 'emulator_error', message: expect.stringContaining('my mistake') as string },
  });
});
