import { keyLifetimeMs } from '../src/prism/imports/idempotency';
import { benches, organizations, root } from './support/client';

const bench = benches();
const path = `${root}/organization/import`;
const key = { 'idempotency-key': 'run-1/batch-0' };

test.each([
  { rows: 3, status: 200 },
  { rows: 120, status: 202 },
])('a key replays its $status and nothing is done again', async ({ rows, status }) => {
  const { post, get, emulator, clock } = await bench({ job: { duration: 1000 } });
  const first = await post(path, organizations(rows, {}), key);
  clock.now += 60_000;
  const again = await post(path, organizations(rows, {}), key);
  expect([first.status, again.status]).toEqual([status, status]);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect([first, again].map(({ headers }) => headers.get('idempotent-replay'))).toEqual([null, 'true']);
  expect(emulator.controller.counts().organization).toBe(rows);
  expect(emulator.controller.journal.map(({ did, rows, jobId }) => ({ did, rows, jobId }))).toEqual([
    { did: status === 200 ? 'imported' : 'launched', rows, jobId: first.body['job_id'] },
    { did: 'replayed', rows, jobId: first.body['job_id'] },
  ]);
  if (status === 200) return;
  expect((await get(`${root}/imports/${String(again.body['job_id'])}`)).body['status']).toBe('complete');
  expect(await emulator.controller.jobs()).toMatchObject([{ rows, launchRequests: 2, state: 'complete' }]);
});

test('the same JSON in another form is the same request', async () => {
  const { post } = await bench();
  await post(path, '{"objects":[{"default":{"a":1,"b":[1,{"c":null}]}}]}', key);
  const again = await post(path, '{ "objects": [ {"default": {"b":[1, {"c":null}], "a":1.0}} ] }', key);
  expect(again.headers.get('idempotent-replay')).toBe('true');
});

test.each([
  { say: 'another body', other: path, rows: 3 },
  { say: 'another path', other: `${root}/deal/import`, rows: 2 },
])('a key with $say is 409 mismatch and does nothing', async ({ other, rows }) => {
  const { post, emulator } = await bench();
  await post(path, organizations(2), key);
  const { status, body } = await post(other, organizations(rows), key);
  expect(status).toBe(409);
  expect(body).toMatchObject({ error: { code: 'idempotency_key_mismatch' } });
  expect(emulator.controller.counts()).toMatchObject({ organization: 2, deal: 0 });
});

test('a key is replayed until 24 hours are over and refused for ever after', async () => {
  const { post, clock, emulator } = await bench();
  await post(path, organizations(2), key);
  clock.now += keyLifetimeMs - 1;
  expect((await post(path, organizations(2), key)).status).toBe(200);
  for (const wait of [1, 300 * keyLifetimeMs]) {
    clock.now += wait;
    const { status, body } = await post(path, organizations(2), key);
    expect(status).toBe(409);
    expect(body).toMatchObject({ error: { code: 'idempotency_key_stale' } });
  }
  expect(emulator.controller.counts().organization).toBe(2);
});

test('a key in use is 409 in progress, and then replays', async () => {
  const { post, emulator } = await bench();
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (finish = resolve));
  const reached = new Promise<void>((resolve) => {
    emulator.controller.addRule({
      method: 'POST',
      times: 1,
      respond: async ({ proceed }) => {
        const answer = proceed();
        resolve();
        await held;
        return answer;
      },
    });
  });
  const first = post(path, organizations(2), key);
  await reached;
  const meanwhile = await post(path, organizations(2), key);
  expect(meanwhile.status).toBe(409);
  expect(meanwhile.body).toMatchObject({ error: { code: 'idempotency_key_in_progress' } });
  finish();
  expect((await first).status).toBe(200);
  expect((await post(path, organizations(2), key)).headers.get('idempotent-replay')).toBe('true');
});

test('keys of different teams do not meet', async () => {
  const { post } = await bench();
  await post(path, organizations(2), key);
  const other = await post('/v2/prism/other-team/organization/import', organizations(3), key);
  expect(other.status).toBe(200);
});

test('a refusal is replayed, with the id of the request it answers', async () => {
  const { post } = await bench();
  const first = await post(path, { objects: [] }, key);
  const again = await post(path, { objects: [] }, key);
  expect([first.status, again.status]).toEqual([400, 400]);
  expect(again.headers.get('idempotent-replay')).toBe('true');
  const { request_id } = again.body['error'] as { request_id: string };
  expect(request_id).toBe(again.headers.get('x-request-id'));
  expect(request_id).not.toBe(first.headers.get('x-request-id'));
});

test.each([
  { say: 'before the work', respond: { status: 503 }, records: 2 },
  { say: 'after the work', respond: 'after' as const, records: 4 },
])('a 503 $say frees the key: the same request is executed', async ({ respond, records }) => {
  const { post, unchecked, emulator } = await bench();
  emulator.controller.addRule({
    times: 1,
    respond:
      respond === 'after'
        ? ({ proceed }) => {
            proceed();
            return { status: 503 };
          }
        : respond,
  });
  expect((await unchecked.post(path, organizations(2, {}), key)).status).toBe(503);
  const again = await post(path, organizations(2, {}), key);
  expect([again.status, again.headers.get('idempotent-replay')]).toEqual([200, null]);
  expect(emulator.controller.counts().organization).toBe(records);
});

test('after a lost answer the key replays what was done', async () => {
  const { post, emulator } = await bench();
  emulator.controller.addRule({ times: 1, respond: 'reset-after' });
  await expect(post(path, organizations(2, {}), key)).rejects.toThrow();
  const again = await post(path, organizations(2, {}), key);
  expect(again.headers.get('idempotent-replay')).toBe('true');
  expect(emulator.controller.counts().organization).toBe(2);
});
