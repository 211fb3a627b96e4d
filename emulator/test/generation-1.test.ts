import type { RowResult } from '../src/prism/contract';
import { keyLifetimeMs } from '../src/prism/imports/idempotency';
import { benches, organizations, root, start } from './support/client';

const bench = benches();
const generation = 1 as const;
const path = `${root}/deal/import`;
const key = { 'idempotency-key': 'k' };
const rowsOf = (...rows: object[]) => rows.map((row) => ({ default: row }));

test.each([
  { say: 'answered at once', asyncThreshold: 100 },
  { say: 'of a job', asyncThreshold: 0 },
])('results $say have neither positions nor updates', async ({ asyncThreshold }) => {
  const { post, get, clock } = await bench({ generation, asyncThreshold, job: { duration: 1000 } });
  const first = await post(path, {
    objects: rowsOf({ name: 'A' }, { name: 'A' }, { name: {} }),
    options: { dedupe_by: 'name' },
  });
  clock.now = start + 1000;
  const jobId = first.body['job_id'] as string | null;
  const { body } = jobId === null ? first : await get(`${root}/imports/${jobId}`);
  const id = expect.any(String) as string;
  expect(body['results']).toEqual([
    { id, created: true, existing: false },
    { id, created: false, existing: true },
    { id: null, created: false, error: { code: 'invalid_value', message: expect.any(String) as string } },
  ]);
});

test('a list of slugs to dedupe by is refused', async () => {
  const { post } = await bench({ generation });
  const { status, body } = await post(path, {
    objects: rowsOf({ name: 'A' }),
    options: { dedupe_by: ['name'] },
  });
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { errors: [{ field: '.body.options.dedupe_by' }] } });
});

describe('options that came later are ignored', () => {
  test.each([
    { update_existing: 1 },
    { create_missing_options: 'yes' },
    { require_list_stage: [] },
    { crm_id: 'no list' },
    { require_list_stage: true },
  ])('whatever they hold: %j', async (options) => {
    const { post } = await bench({ generation });
    const { status, body } = await post(path, { objects: rowsOf({ name: 'A' }), options });
    expect([status, body['failed']]).toEqual([200, 0]);
  });

  test('existing records stay as they are', async () => {
    const { post, get } = await bench({ generation });
    const options = { dedupe_by: 'name', update_existing: true };
    const { body } = await post(path, { objects: rowsOf({ name: 'A', size: 1 }), options });
    await post(path, { objects: rowsOf({ name: 'A', size: 2 }), options });
    const [{ id } = {}] = body['results'] as RowResult[];
    expect((await get(`${root}/deal/${id}`)).body['default']).toEqual({ name: 'A', size: 1 });
  });

  test('options that are missing fail the row', async () => {
    const properties = { deal: { stage: { type: 'select' as const, options: ['won'] } } };
    const { post } = await bench({ generation, properties });
    const options = { create_missing_options: true };
    const { body } = await post(path, { objects: rowsOf({ stage: 'lost' }), options });
    expect(body['results']).toMatchObject([{ error: { code: 'unknown_option' } }]);
  });
});

test('a list id that is none is refused in every generation', async () => {
  for (const each of [1, 2] as const) {
    const { post } = await bench({ generation: each });
    const { body } = await post(path, { objects: rowsOf({ name: 'A' }), options: { list_id: 'no list' } });
    expect(body).toMatchObject({ error: { errors: [{ field: '.body.options.list_id' }] } });
  }
});

test.each([{ rows: 2 }, { rows: 3 }])(
  'a key is free again after its day, also for a request of $rows rows',
  async ({ rows }) => {
    const { post, clock, emulator } = await bench({ generation });
    await post(path, organizations(2, {}), key);
    clock.now += keyLifetimeMs - 1;
    expect((await post(path, organizations(2, {}), key)).headers.get('idempotent-replay')).toBe('true');
    clock.now += 1;
    const late = await post(path, organizations(rows, {}), key);
    expect([late.status, late.headers.get('idempotent-replay')]).toEqual([200, null]);
    expect(emulator.controller.counts().deal).toBe(2 + rows);
    expect((await post(path, organizations(rows, {}), key)).headers.get('idempotent-replay')).toBe('true');
  },
);
