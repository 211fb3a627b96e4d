import type { RowResult } from '../src/prism/contract';
import { benches, organizations, root, team, type Bench } from './support/client';

const bench = benches();
const path = `${root}/organization`;
const otherTeam = '11111111-2222-4333-8444-555555555555';
const list = {
  id: '0b8f5b57-6d0e-4c55-9d0c-6f0c2f6c1a10',
  name: 'Sales',
  object_type: 'deal' as const,
  team_id: team,
};

/** Imports rows and gives the ids of their records. */
async function imported({ post }: Bench, objects: object[]): Promise<string[]> {
  const { body } = await post(`${path}/import`, { objects });
  return (body['results'] as RowResult[]).map(({ id }) => String(id));
}

type Item = { id: string; properties: Record<string, unknown> };
const itemsOf = (body: Record<string, unknown>) => body['data'] as Item[];

describe('one record', () => {
  const row = {
    default: { name: 'A', country: 'BR' },
    list: { [list.id]: { app_stage: 'won' } },
    extended: { x: 1 },
  };

  test.each([
    { query: '', shown: { name: 'A', country: 'BR' } },
    { query: '?select=name', shown: { name: 'A' } },
    { query: '?select=name,country,none', shown: { name: 'A', country: 'BR' } },
    { query: '?select=none', shown: {} },
  ])('is read with "$query" as $shown, and with all of its lists', async ({ query, shown }) => {
    const b = await bench();
    const [id] = await imported(b, [row]);
    const { status, body, headers } = await b.get(`${path}/${id}${query}`);
    expect([status, headers.get('etag')]).toEqual([200, '"1"']);
    expect(body).toEqual({ ...row, id, default: shown });
  });

  test('has another etag after every change, and the same without one', async () => {
    const b = await bench();
    const [id] = await imported(b, [{ default: { name: 'A' } }]);
    const batch = (update_existing: boolean) => ({
      objects: [{ default: { name: 'A', country: 'BR' } }],
      options: { dedupe_by: 'name', update_existing },
    });
    const etags = [];
    for (const updates of [false, true, true]) {
      await b.post(`${path}/import`, batch(updates));
      etags.push((await b.get(`${path}/${id}`)).headers.get('etag'));
    }
    expect(etags).toEqual(['"1"', '"2"', '"3"']);
  });

  test.each([
    { by: 'name', value: 'A/B C', status: 200 },
    { by: 'size', value: '5', status: 200 },
    { by: 'name', value: 'a/b c', status: 404 },
    { by: 'none', value: 'x', status: 404 },
    { by: 'country', value: 'BR', status: 409 },
  ])('is found by the $by "$value" with $status', async ({ by, value, status }) => {
    const b = await bench();
    const [id] = await imported(b, [
      { default: { name: 'A/B C', size: 5, country: 'BR' } },
      { default: { name: 'D', country: 'BR' } },
    ]);
    const reply = await b.get(`${path}/by/${by}/${encodeURIComponent(value)}`);
    expect(reply.status).toBe(status);
    if (status === 200) expect(reply.body).toMatchObject({ id, default: { name: 'A/B C' } });
    if (status === 409) expect(reply.body).toMatchObject({ error: { code: 'multiple_matches' } });
  });
});

describe('records by their ids', () => {
  test('come as they are asked for, with the properties that are selected', async () => {
    const b = await bench();
    const [first, second] = await imported(b, organizations(3).objects);
    const none = '5f0f4f3e-2b58-4a7e-8f0f-0b6c8b2f9a01';
    const { body } = await b.post(`${path}/query`, {
      query: { select: ['name'] },
      id: [second, none, first, second],
    });
    expect(body).toEqual({
      data: [
        { id: second, properties: { name: 'Org 1' } },
        { id: first, properties: { name: 'Org 0' } },
      ],
      has_more: false,
      next_cursor: null,
    });
    const one = await b.post(`${path}/query`, { query: { select: ['country'] }, id: first });
    expect(one.body['data']).toEqual([{ id: first, properties: {} }]);
  });

  test.each(['in the query', 'beside it'])('come in pages, the cursor %s', async (place) => {
    const b = await bench();
    const ids = await imported(b, organizations(60).objects);
    const seen: string[] = [];
    const pages: unknown[] = [];
    let cursor: unknown = undefined;
    do {
      const query = { select: ['name'], limit: 25, ...(place === 'in the query' && { cursor }) };
      const beside = place === 'beside it' ? { cursor } : {};
      const { body } = await b.post(`${path}/query`, { query, id: ids, ...beside, include_total: true });
      seen.push(...itemsOf(body).map(({ id }) => id));
      pages.push([itemsOf(body).length, body['has_more'], body['total']]);
      cursor = body['next_cursor'];
    } while (cursor !== null);
    expect(seen).toEqual(ids);
    expect(pages).toEqual([
      [25, true, 60],
      [25, true, 60],
      [10, false, 60],
    ]);
  });

  test.each([
    { limit: undefined, shown: 25 },
    { limit: 1, shown: 1 },
    { limit: 50, shown: 50 },
  ])('are at most $shown with limit $limit, all records without an id', async ({ limit, shown }) => {
    const b = await bench();
    const ids = await imported(b, organizations(60).objects);
    const { body } = await b.post(`${path}/query`, { query: { select: ['name'], limit } });
    expect(itemsOf(body).map(({ id }) => id)).toEqual(ids.slice(0, shown));
  });

  const select = ['name'];
  test.each<{ body: unknown; field: string }>([
    { body: '{', field: '.body' },
    { body: [], field: '.body' },
    { body: {}, field: '.body.query' },
    { body: { query: {} }, field: '.body.query.select' },
    { body: { query: { select: [] } }, field: '.body.query.select' },
    { body: { query: { select: 'name' } }, field: '.body.query.select' },
    { body: { query: { select, limit: 0 } }, field: '.body.query.limit' },
    { body: { query: { select, limit: 51 } }, field: '.body.query.limit' },
    { body: { query: { select, limit: 1.5 } }, field: '.body.query.limit' },
    { body: { query: { select, limit: '5' } }, field: '.body.query.limit' },
    { body: { query: { select, filter: [{ name: { '=': 'A' } }] } }, field: '.body.query.filter' },
    { body: { query: { select, sort: [{ name: 'asc' }] } }, field: '.body.query.sort' },
    { body: { query: { select, cursor: 'x' } }, field: '.body.query.cursor' },
    { body: { query: { select }, id: 5 }, field: '.body.id' },
    { body: { query: { select }, include_total: 'yes' }, field: '.body.include_total' },
  ])('are refused for $body, at $field', async ({ body, field }) => {
    const { post } = await bench();
    const reply = await post(`${path}/query`, body);
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ error: { code: 'invalid_request', errors: [{ field }] } });
  });
});

describe('reading', () => {
  test('shows a team its own records only', async () => {
    const b = await bench();
    const [id] = await imported(b, [{ default: { name: 'A' } }]);
    const other = `/v2/prism/${otherTeam}/organization`;
    expect((await b.get(`${other}/${id}`)).status).toBe(404);
    expect((await b.get(`${other}/by/name/A`)).status).toBe(404);
    expect((await b.get(other)).body['data']).toEqual([]);
    expect((await b.post(`${other}/query`, { query: { select: ['name'] }, id })).body['data']).toEqual([]);
    expect((await b.get(`${other}/count`)).body).toEqual({ total: 0 });
    expect((await b.get(`${path}/count`)).body).toEqual({ total: 1 });
  });

  test('counts records, not rows', async () => {
    const b = await bench({ job: { rows: [{ positions: [0] }] } });
    await b.post(`${path}/import`, organizations(10));
    await b.post(`${path}/import`, organizations(10));
    expect((await b.get(`${path}/count`)).body).toEqual({ total: 9 });
  });
});

describe('lists', () => {
  const lists = [list, { ...list, id: 'aaaaaaaa-6d0e-4c55-9d0c-6f0c2f6c1a10', team_id: otherTeam }];

  test('are those of the team', async () => {
    const { get } = await bench({ lists });
    expect((await get(`${root}/lists`)).body).toEqual({ data: [list] });
    expect((await get('/v2/prism/no-lists/lists')).body).toEqual({ data: [] });
  });

  test('are read one by one, by the team that has them', async () => {
    const { get } = await bench({ lists });
    expect((await get(`${root}/lists/${list.id}`)).body).toEqual(list);
    for (const { id } of lists.slice(1)) expect((await get(`${root}/lists/${id}`)).status).toBe(404);
  });
});
