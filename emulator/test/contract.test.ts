import { type EmulatorOptions } from '../src';
import { benches, organizations, root, start } from './support/client';

const bench = benches();
const oneRow = { objects: [{ default: { name: 'Ada' } }] };

test.each<{ say: string; options: EmulatorOptions; key: string; path: string; status: number; code: string }>(
  [
    { say: 'no key', options: {}, key: '', path: `${root}/imports/j`, status: 401, code: 'unauthorized' },
    {
      say: 'a wrong key',
      options: { apiKey: 'right' },
      key: 'wrong',
      path: `${root}/imports/j`,
      status: 403,
      code: 'forbidden',
    },
    {
      say: 'a key not listed',
      options: { apiKey: ['a', 'b'] },
      key: 'c',
      path: `${root}/deal`,
      status: 403,
      code: 'forbidden',
    },
    {
      say: 'a team not listed',
      options: { teams: ['t1'] },
      key: 'k',
      path: `${root}/imports/j`,
      status: 403,
      code: 'forbidden',
    },
    {
      say: 'an unknown job',
      options: {},
      key: 'k',
      path: `${root}/imports/no-such-job`,
      status: 404,
      code: 'not_found',
    },
    {
      say: 'an unknown record',
      options: {},
      key: 'k',
      path: `${root}/deal/no-such-record`,
      status: 404,
      code: 'not_found',
    },
    {
      say: 'an unknown kind',
      options: {},
      key: 'k',
      path: `${root}/message`,
      status: 404,
      code: 'not_found',
    },
    {
      say: 'another version',
      options: {},
      key: 'k',
      path: `/v1/prism/t1/deal`,
      status: 404,
      code: 'not_found',
    },
    {
      say: 'a path too long',
      options: {},
      key: 'k',
      path: `${root}/imports/j/results`,
      status: 404,
      code: 'not_found',
    },
    {
      say: 'broken percent-encoding',
      options: {},
      key: 'k',
      path: `${root}/imports/%zz`,
      status: 404,
      code: 'not_found',
    },
  ],
)('$say is $status $code', async ({ options, key, path, status, code }) => {
  const { get } = await bench(options);
  const reply = await get(path, { 'x-api-key': key });
  expect(reply.status).toBe(status);
  expect(reply.body).toEqual({
    error: { code, message: expect.any(String) as string, request_id: reply.headers.get('x-request-id') },
  });
});

test.each([{ apiKey: 'right' }, { apiKey: ['left', 'right'] }, { teams: [root.slice('/v2/prism/'.length)] }])(
  'a key and a team that are listed pass: %j',
  async (options) => {
    const { get } = await bench(options);
    expect((await get(`${root}/deal/count`, { 'x-api-key': 'right' })).status).toBe(200);
  },
);

const row = '.body.objects[0]';
const list = '0b8f5b57-6d0e-4c55-9d0c-6f0c2f6c1a10';
test.each<{ body: unknown; field: string; keyword: string }>([
  { body: '{"objects": [', field: '.body', keyword: 'format' },
  { body: [], field: '.body', keyword: 'type' },
  { body: {}, field: '.body.objects', keyword: 'required' },
  { body: { objects: {} }, field: '.body.objects', keyword: 'type' },
  { body: { objects: [] }, field: '.body.objects', keyword: 'minItems' },
  { body: { objects: [null] }, field: row, keyword: 'type' },
  { body: { objects: [{}] }, field: row, keyword: 'anyOf' },
  { body: { objects: [{ extended: { a: 1 } }] }, field: row, keyword: 'anyOf' },
  { body: { objects: [{ default: {} }] }, field: `${row}.default`, keyword: 'minProperties' },
  { body: { objects: [{ default: [1] }] }, field: `${row}.default`, keyword: 'type' },
  {
    body: { objects: [{ default: { a: 1 }, crm: {} }] },
    field: `${row}.crm`,
    keyword: 'additionalProperties',
  },
  {
    body: { objects: [{ list: { nope: { a: 1 } } }] },
    field: `${row}.list.nope`,
    keyword: 'additionalProperties',
  },
  { body: { objects: [{ list: { [list]: {} } }] }, field: `${row}.list.${list}`, keyword: 'minProperties' },
  { body: { ...oneRow, options: 1 }, field: '.body.options', keyword: 'type' },
  {
    body: { ...oneRow, options: { caseInsensitive: 1 } },
    field: '.body.options.caseInsensitive',
    keyword: 'type',
  },
  {
    body: { ...oneRow, options: { update_existing: 'x' } },
    field: '.body.options.update_existing',
    keyword: 'type',
  },
  { body: { ...oneRow, options: { list_id: 'x' } }, field: '.body.options.list_id', keyword: 'format' },
  { body: { ...oneRow, options: { dedupe_by: 1 } }, field: '.body.options.dedupe_by', keyword: 'anyOf' },
  {
    body: { ...oneRow, options: { dedupe_by: ['a', 'b'] } },
    field: '.body.options.dedupe_by',
    keyword: 'maxItems',
  },
])('a body of $body is 400 at $field', async ({ body, field, keyword }) => {
  const { post, emulator } = await bench();
  const reply = await post(`${root}/deal/import`, body);
  expect(reply.status).toBe(400);
  expect(reply.body).toEqual({
    error: {
      code: 'invalid_request',
      message: 'Request validation failed',
      request_id: reply.headers.get('x-request-id'),
      errors: [{ field, message: expect.any(String) as string, code: `${keyword}.openapi.validation` }],
    },
  });
  expect(emulator.controller.counts().deal).toBe(0);
});

test('one bad row refuses the whole request and names every bad row, up to a hundred', async () => {
  const { post, emulator } = await bench();
  const objects = [oneRow.objects[0], ...Array.from({ length: 150 }, () => ({}))];
  const { status, body } = await post(`${root}/deal/import`, { objects });
  const { errors } = body['error'] as { errors: { field: string }[] };
  expect([status, errors.length, errors[0]?.field]).toEqual([400, 100, '.body.objects[1]']);
  expect(emulator.controller.counts().deal).toBe(0);
});

test('unknown options and body members are ignored', async () => {
  const { post } = await bench();
  const reply = await post(`${root}/deal/import`, { ...oneRow, options: { future: true }, more: 1 });
  expect(reply.status).toBe(200);
});

test.each([
  { say: 'another content type', headers: { 'content-type': 'text/csv' }, field: '.headers.content-type' },
  {
    say: 'a key too long',
    headers: { 'idempotency-key': 'k'.repeat(256) },
    field: '.headers.idempotency-key',
  },
  { say: 'an empty key', headers: { 'idempotency-key': '' }, field: '.headers.idempotency-key' },
])('$say is 400', async ({ headers, field }) => {
  const { post } = await bench();
  const { status, body } = await post(`${root}/deal/import`, oneRow, headers);
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { code: 'invalid_request', errors: [{ field }] } });
});

test('a body larger than the limit is 413 and does nothing', async () => {
  const { post, emulator } = await bench({ maxBodyBytes: 1000 });
  const { status, body } = await post(`${root}/organization/import`, organizations(5000));
  expect(status).toBe(413);
  expect(body).toMatchObject({ error: { code: 'payload_too_large' } });
  expect(emulator.controller.counts().organization).toBe(0);
  expect((await post(`${root}/organization/import`, organizations(5))).status).toBe(200);
});

test('a key may make so many requests a second; more are 429 with Retry-After', async () => {
  const { get, clock } = await bench({ requestsPerSecond: 2 });
  const statuses = async (key: string) => {
    const replies = [];
    for (let n = 0; n < 3; n++) replies.push(await get(`${root}/deal/count`, { 'x-api-key': key }));
    return replies.map(({ status, headers }) => [status, headers.get('retry-after')]);
  };
  const limited = [
    [200, null],
    [200, null],
    [429, '1'],
  ];
  expect(await statuses('a')).toEqual(limited);
  expect(await statuses('b')).toEqual(limited);
  clock.now += 1000;
  expect(await statuses('a')).toEqual(limited);
});

test('each answer has its own request id and the date of the clock', async () => {
  const { get, post, clock } = await bench();
  clock.now = start + 86_400_000;
  const replies = [
    await get(`${root}/deal/count`),
    await post(`${root}/deal/import`, oneRow),
    await get(`${root}/imports/none`),
    await get(`${root}/deal/count`, { 'x-api-key': '' }),
  ];
  expect(replies.map(({ headers }) => headers.get('date'))).toEqual(
    Array(4).fill('Tue, 24 Nov 2026 09:00:00 GMT'),
  );
  expect(new Set(replies.map(({ headers }) => headers.get('x-request-id'))).size).toBe(4);
});

test('the clock may be asynchronous; when it fails the answer says so', async () => {
  let broken = false;
  const clock = () => (broken ? Promise.reject(new Error('no time')) : Promise.resolve(0));
  const { get } = await bench({ clock });
  expect((await get(`${root}/deal/count`)).headers.get('date')).toBe('Thu, 01 Jan 1970 00:00:00 GMT');
  broken = true;
  const { status, body } = await get(`${root}/deal/count`);
  expect(status).toBe(500);
  expect(body).toMatchObject({
    error: { code: 'emulator_error', message: expect.stringContaining('no time') as string },
  });
});

test('records are listed page by page, filtered and selected', async () => {
  const { get, post } = await bench();
  await post(`${root}/organization/import`, organizations(60));
  const first = await get(`${root}/organization?limit=500&include_total=true&select=name`);
  expect(first.body).toMatchObject({ has_more: true, total: 60 });
  const data = first.body['data'] as { id: string; properties: unknown }[];
  expect(data).toHaveLength(50);
  expect(data[0]?.properties).toEqual({ name: 'Org 0' });
  const second = await get(`${root}/organization?limit=50&cursor=${String(first.body['next_cursor'])}`);
  expect(second.body).toMatchObject({ has_more: false, next_cursor: null });
  expect(second.body['data']).toHaveLength(10);
  expect(second.body).not.toHaveProperty('total');
  const found = await get(`${root}/organization?primary_domain=o7.example`);
  expect(found.body['data']).toEqual([
    { id: data[7]?.id, properties: { name: 'Org 7', primary_domain: 'o7.example' } },
  ]);
  expect((await get(`${root}/organization`)).body['data']).toHaveLength(25);
});

test.each(['limit=0', 'limit=x', 'cursor=x'])('a list with %s is 400', async (query) => {
  const { get } = await bench();
  const { status, body } = await get(`${root}/deal?${query}`);
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { errors: [{ field: `.query.${query.split('=')[0]}` }] } });
});
