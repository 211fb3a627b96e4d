import { request as httpRequest } from 'node:http';
import { startPrismEmulator, type JournalEntry, type PrismEmulator } from '../src';
import { organizations, root, team } from './support/client';

let emulator: PrismEmulator;
let adminUrl: string;

beforeEach(async () => {
  emulator = await startPrismEmulator({
    adminPort: 0,
    clock: { start: '2026-11-23T09:00:00.000Z', rate: 0 },
    apiKey: 'secret-key',
  });
  adminUrl = emulator.adminUrl ?? '';
});
afterEach(() => emulator.close());

async function ask(method: string, path: string, body?: unknown) {
  const response = await fetch(adminUrl + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type') === 'application/json';
  return { status: response.status, text, body: json ? (JSON.parse(text) as unknown) : text };
}

const api = (path: string, init: RequestInit = {}) =>
  fetch(`${emulator.baseUrl}${root}${path}`, {
    ...init,
    headers: { 'x-api-key': 'secret-key', 'content-type': 'application/json' },
  });
const launch = (rows: number) =>
  api('/organization/import', { method: 'POST', body: JSON.stringify(organizations(rows, {})) });

test('there is none without a port for it', async () => {
  const other = await startPrismEmulator();
  expect(other.adminUrl).toBeNull();
  await other.close();
});

test('the clock is shown, set, moved and given a rate', async () => {
  expect((await ask('GET', '/clock')).body).toEqual({ time: '2026-11-23T09:00:00.000Z' });
  const moved = await ask('PUT', '/clock', { advance: '1h' });
  expect(moved.body).toEqual({ time: '2026-11-23T10:00:00.000Z' });
  const set = await ask('PUT', '/clock', { time: '2026-12-01T00:00:00Z' });
  expect(set.body).toEqual({ time: '2026-12-01T00:00:00.000Z' });
  expect((await ask('PUT', '/clock', { rate: 1e9 })).status).toBe(200);
  expect(await emulator.controller.now()).toBeGreaterThanOrEqual(Date.parse('2026-12-01'));
});

test('jobs are listed, made up, changed and deleted', async () => {
  const made = await ask('POST', '/jobs', { teamId: team, jobId: 'imp/1', total: 10, duration: '1h' });
  expect(made.body).toEqual({ id: 'imp/1' });
  expect((await ask('PATCH', '/jobs/imp%2F1', { status: 'failed', error: { code: 'gone' } })).status).toBe(
    200,
  );
  const job = (await (await api('/imports/imp%2F1')).json()) as object;
  expect(job).toMatchObject({ status: 'failed', error: { code: 'gone' } });
  expect((await ask('GET', '/jobs')).body).toMatchObject([{ id: 'imp/1', state: 'failed', rows: 10 }]);
  expect((await ask('DELETE', '/jobs/imp%2F1')).status).toBe(200);
  expect((await api('/imports/imp%2F1')).status).toBe(404);
  expect((await ask('DELETE', '/jobs/imp%2F1')).status).toBe(404);
});

test('rules are added, listed with what they did, and taken back', async () => {
  const rule = { operation: 'count', nth: 2, respond: { status: 503 } };
  expect((await ask('POST', '/rules', rule)).body).toEqual({ id: 'rule-1' });
  expect([(await api('/deal/count')).status, (await api('/deal/count')).status]).toEqual([200, 503]);
  expect((await ask('GET', '/rules')).body).toEqual([{ id: 'rule-1', met: 2, acted: 1, rule }]);
  expect((await ask('DELETE', '/rules/rule-1')).status).toBe(200);
  expect((await ask('GET', '/rules')).body).toEqual([]);
});

test('the journal comes as JSON lines, filtered', async () => {
  await launch(100);
  await launch(5);
  await api('/deal/count');
  const lines = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JournalEntry);
  const all = await ask('GET', '/journal');
  expect(lines(all.text)).toEqual(emulator.controller.journal);
  expect(all.text).not.toContain('secret-key');
  const launched = await ask('GET', '/journal?operation=import&status=202');
  expect(lines(launched.text)).toMatchObject([{ did: 'launched', rows: 100 }]);
  expect((await ask('GET', '/journal?until=2026-11-23T09:00:00Z')).text).toBe('');
  const wrong = await ask('GET', '/journal?colour=red');
  expect(wrong).toMatchObject({ status: 400, body: { error: expect.stringContaining('colour') as string } });
});

test('records are counted, connections refused and accepted, and all is forgotten', async () => {
  await launch(5);
  expect((await ask('GET', `/counts?teamId=${team}`)).body).toMatchObject({ organization: 5, deal: 0 });
  expect((await ask('GET', '/counts?teamId=other')).body).toMatchObject({ organization: 0 });
  await ask('PUT', '/connections', { accept: false });
  await expect(api('/deal/count')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  await ask('PUT', '/connections', { accept: true });
  expect((await api('/deal/count')).status).toBe(200);
  expect((await ask('POST', '/reset', {})).status).toBe(200);
  expect((await ask('GET', '/counts')).body).toMatchObject({ organization: 0 });
  expect((await ask('GET', '/journal')).text).toBe('');
});

test('GET / tells everything there is', async () => {
  const { body } = await ask('GET', '/');
  expect(Object.keys(body as object)).toEqual(
    expect.arrayContaining(['PUT /clock', 'POST /rules', 'GET /journal']),
  );
});

test.each([
  { method: 'GET', path: '/nothing', body: undefined, status: 404, error: /GET \/ lists/ },
  { method: 'GET', path: '/jobs/a/b', body: undefined, status: 404, error: /GET \/ lists/ },
  { method: 'GET', path: '/jobs/%zz', body: undefined, status: 400, error: /URI/ },
  { method: 'POST', path: '/rules', body: '{', status: 400, error: /body of JSON/ },
  { method: 'POST', path: '/rules', body: {}, status: 400, error: /something to do/ },
  { method: 'POST', path: '/jobs', body: { total: 1 }, status: 400, error: /teamId: saw nothing/ },
  { method: 'PATCH', path: '/jobs/none', body: {}, status: 400, error: /no job none/ },
  { method: 'PATCH', path: '/jobs/none', body: [], status: 400, error: /job: saw \[\], expected an object/ },
  { method: 'PUT', path: '/clock', body: { time: 1, rate: 1 }, status: 400, error: /clock: .*one of/ },
  { method: 'PUT', path: '/clock', body: { advance: 'soon' }, status: 400, error: /duration: saw "soon"/ },
  { method: 'PUT', path: '/connections', body: {}, status: 400, error: /accept: saw nothing/ },
])('$method $path with $body is $status', async ({ method, path, body, status, error }) => {
  const reply = await ask(method, path, body);
  expect(reply.status).toBe(status);
  expect(reply.body).toEqual({ error: expect.stringMatching(error) as string });
});

test('it does what a page of a browser could send to nobody', async () => {
  const plain = await fetch(`${adminUrl}/reset`, { method: 'POST', body: '{}' });
  expect(plain.status).toBe(415);
  const status = await new Promise((resolve, reject) => {
    const options = { headers: { host: 'attacker.example' } };
    httpRequest(`${adminUrl}/journal`, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});
