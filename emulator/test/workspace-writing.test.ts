import { type EmulatorOptions } from '../src';
import type { RowResult } from '../src/prism/contract';
import { benches, root, type Bench } from './support/client';

const bench = benches();
const ids = { won: '5f0f4f3e-2b58-4a7e-8f0f-0b6c8b2f9a01', red: '5f0f4f3e-2b58-4a7e-8f0f-0b6c8b2f9a02' };
const list = '0b8f5b57-6d0e-4c55-9d0c-6f0c2f6c1a10';
const otherList = 'aaaaaaaa-6d0e-4c55-9d0c-6f0c2f6c1a10';
const otherTeam = '/v2/prism/11111111-2222-4333-8444-555555555555';

const properties: NonNullable<EmulatorOptions['properties']> = {
  deal: {
    name: { type: 'string' },
    amount: { type: 'number' },
    open: { type: 'boolean' },
    closes: { type: 'date' },
    owner: { type: 'reference' },
    stage: { type: 'select', options: ['new', { slug: 'won', id: ids.won }] },
    tags: { type: 'multiselect', options: ['blue', { slug: 'red', id: ids.red }] },
    source: { type: 'select' },
  },
};

/** Imports rows of `default` properties and gives their results. */
async function results({ post }: Bench, rows: object[], options: object = {}, base = root, kind = 'deal') {
  const objects = rows.map((row) => ({ default: row }));
  const { status, body } = await post(`${base}/${kind}/import`, { objects, options });
  expect(status).toBe(200);
  return body['results'] as (RowResult & { error?: { code: string; message: string } })[];
}

const codes = (all: { error?: { code: string } }[]) => all.map(({ error }) => error?.code ?? 'fine');

describe('a property that is defined', () => {
  test.each([
    { name: 'A' },
    { name: null, amount: null, stage: null, tags: null },
    { amount: -1.5 },
    { open: false },
    { closes: '2026-11-23' },
    { closes: '2026-11-23T09:00:00Z' },
    { owner: ids.won },
    { owner: [ids.won, ids.red] },
    { stage: 'new' },
    { tags: [] },
    { tags: ['blue', 'red'] },
    { undefinedSlug: [1] },
  ])('takes %j', async (row) => {
    const b = await bench({ properties });
    const [result] = await results(b, [row]);
    expect(result).toMatchObject({ created: true });
    expect((await b.get(`${root}/deal/${result?.id}`)).body['default']).toEqual(row);
  });

  test.each([
    { row: { name: 5 }, error: 'name: not a string' },
    { row: { amount: '5' }, error: 'amount: not a number' },
    { row: { open: 'yes' }, error: 'open: not a boolean' },
    { row: { closes: 'soon' }, error: 'closes: not a date' },
    { row: { closes: 'in 5' }, error: 'closes: not a date' },
    { row: { closes: 5 }, error: 'closes: not a date' },
    { row: { owner: [5] }, error: 'owner: not a reference' },
    { row: { stage: ['new'] }, error: 'stage: not select options' },
    { row: { tags: 'blue' }, error: 'tags: not multiselect options' },
    { row: { tags: ['blue', 1] }, error: 'tags: not multiselect options' },
  ])('fails the row $row alone', async ({ row, error }) => {
    const b = await bench({ properties });
    const [bad, good] = await results(b, [row, { name: 'A' }]);
    expect(bad).toMatchObject({ id: null, error: { code: 'invalid_value', message: error } });
    expect(good).toMatchObject({ created: true });
    expect(b.emulator.controller.counts().deal).toBe(1);
  });

  test('stores the slug of an option that is written by its id', async () => {
    const b = await bench({ properties });
    const [result] = await results(b, [{ stage: ids.won, tags: [ids.red, 'blue'] }]);
    const { body } = await b.get(`${root}/deal/${result?.id}`);
    expect(body['default']).toEqual({ stage: 'won', tags: ['red', 'blue'] });
    const dedupe_by = 'stage';
    const again = await results(b, [{ stage: 'won' }, { stage: ids.won }], { dedupe_by });
    expect(again).toMatchObject([
      { existing: true, id: result?.id },
      { existing: true, id: result?.id },
    ]);
  });
});

describe('an option that does not exist', () => {
  const rows = [{ stage: 'lost' }, { tags: ['blue', 'green'] }, { source: 'web' }, { stage: 'new' }];
  const create_missing_options = true;

  test('fails its row', async () => {
    const b = await bench({ properties });
    const all = await results(b, rows);
    expect(codes(all)).toEqual(['unknown_option', 'unknown_option', 'unknown_option', 'fine']);
    expect(all[0]?.error?.message).toBe('stage: no such option');
  });

  test('is created when asked, from then on and only in that team', async () => {
    const b = await bench({ properties });
    expect(codes(await results(b, rows, { create_missing_options }))).toEqual(Array(4).fill('fine'));
    expect(codes(await results(b, rows))).toEqual(Array(4).fill('fine'));
    const others = codes(await results(b, rows, {}, otherTeam));
    expect(others).toEqual(['unknown_option', 'unknown_option', 'unknown_option', 'fine']);
    expect(codes(await results(b, [{ tags: ['lost'] }]))).toEqual(['unknown_option']);
  });

  test('is not created by a row that fails', async () => {
    const b = await bench({ properties });
    const row = { stage: 'lost', amount: 'much' };
    expect(codes(await results(b, [row], { create_missing_options }))).toEqual(['invalid_value']);
    expect(codes(await results(b, [{ stage: 'lost' }]))).toEqual(['unknown_option']);
  });

  test('is forgotten in a reset', async () => {
    const b = await bench({ properties });
    await results(b, rows, { create_missing_options });
    b.emulator.controller.reset();
    expect(codes(await results(b, [{ stage: 'lost' }]))).toEqual(['unknown_option']);
  });
});

test.each([
  { strictProperties: false, kind: 'deal', code: 'fine' },
  { strictProperties: true, kind: 'deal', code: 'unknown_property' },
  { strictProperties: true, kind: 'contact', code: 'fine' },
])(
  'a slug without definition is $code with strictProperties $strictProperties for a $kind',
  async ({ strictProperties, kind, code }) => {
    const b = await bench({ properties, strictProperties });
    expect(codes(await results(b, [{ name: 'A', nickname: 'B' }], {}, root, kind))).toEqual([code]);
  },
);

describe('an e-mail address', () => {
  test.each([
    { kind: 'contact', written: 'ada+news@example.com', read: 'ada@example.com' },
    { kind: 'contact', written: 'ada.lovelace@example.com', read: 'ada.lovelace@example.com' },
    { kind: 'contact', written: 'ada.love.lace+x+y@gmail.com', read: 'adalovelace@gmail.com' },
    { kind: 'contact', written: 'A.d.a@GMail.com', read: 'Ada@GMail.com' },
    { kind: 'identity', written: 'ada+news@example.com', read: 'ada+news@example.com' },
  ])('of a $kind, $written, is stored as $read', async ({ kind, written, read }) => {
    const b = await bench();
    const [result] = await results(b, [{ email: written }], {}, root, kind);
    const { body } = await b.get(`${root}/${kind}/${result?.id}`);
    expect(body['default']).toEqual({ email: read });
  });

  test('finds its record in any of its forms', async () => {
    const b = await bench();
    const emails = ['ada.l@gmail.com', 'adal+1@gmail.com', 'ADAL@gmail.com'].map((email) => ({ email }));
    const all = await results(b, emails, { dedupe_by: 'email' }, root, 'contact');
    expect(all.map(({ existing }) => existing)).toEqual([false, true, true]);
  });
});

describe('rows that need a stage in their list', () => {
  const staged = (id: string, app_stage: unknown = 'won') => ({ list: { [id]: { app_stage } } });

  test.each<{ options: object; row: object; code: string }>([
    { options: { list_id: list }, row: staged(list), code: 'fine' },
    { options: { list_id: list.toUpperCase() }, row: staged(list), code: 'fine' },
    { options: { crm_id: list }, row: staged(list), code: 'fine' },
    { options: { list_id: list, crm_id: otherList }, row: staged(list), code: 'fine' },
    { options: { list_id: list }, row: staged(list, null), code: 'invalid_value' },
    { options: { list_id: list }, row: staged(otherList), code: 'invalid_value' },
    { options: { crm_id: list }, row: staged(otherList), code: 'invalid_value' },
    { options: { list_id: list }, row: { default: { app_stage: 'won' } }, code: 'invalid_value' },
    { options: {}, row: staged(list), code: 'invalid_value' },
    { options: { list_id: list, require_list_stage: false }, row: { default: { name: 'A' } }, code: 'fine' },
  ])('with $options the row $row is $code', async ({ options, row, code }) => {
    const { post } = await bench();
    const { body } = await post(`${root}/deal/import`, {
      objects: [row],
      options: { require_list_stage: true, ...options },
    });
    expect(codes(body['results'] as { error?: { code: string } }[])).toEqual([code]);
  });
});
