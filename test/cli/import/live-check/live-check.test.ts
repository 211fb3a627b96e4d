import { LiveCheck } from '../../../../src/cli/import/live-check/live-check';
import type { ImportOptions } from '../../../../src/core/api/import-job';
import type { PropertyDefinition } from '../../../../src/prism/definitions/definitions-reader';

const request = 'GET /v2/prism/t/organization/properties';
const property = (slug: string, type: string, more: object = {}): PropertyDefinition => ({
  id: slug,
  slug,
  type,
  ...more,
});
const check = (definitions: PropertyDefinition[], rows: object[], options: ImportOptions = {}) => {
  const live = new LiveCheck({ request, definitions }, options);
  rows.forEach((row, index) => live.add({ default: row as Record<string, unknown> }, index + 2));
  return live.findings();
};
const options = [
  { id: 'id-gold', slug: 'gold', value: 'Gold' },
  { id: 'id-silver', slug: 'silver', value: 'Silver' },
];

test.each([
  ['str', 'a', 5],
  ['text', 'a', true],
  ['num', 5.5, '5.5'],
  ['bool', false, 'false'],
  ['date', '2026-11-23', '23.11.2026'],
  ['date', '2026-11-23T09:00:00Z', 'in 5'],
  ['date', '2026-11-23', '2026-13-45'],
  ['multi_str', ['a'], 'a'],
  ['select_str', 'gold', ['gold']],
  ['multiselect_str', ['gold', 'id-silver'], 'gold'],
  ['ref_organization', 'id', 5],
  ['multiref_contact', ['id'], [5]],
])('a %s takes %j, and not %j', (type, good, bad) => {
  const definitions = [property('p', type, { options })];
  expect(check(definitions, [{ p: good }, { p: null }, {}])).toMatchObject({ rowsRefused: 0, misfits: [] });
  expect(check(definitions, [{ p: good }, { p: bad }])).toMatchObject({
    rowsRefused: 1,
    misfits: [{ property: 'p', type, rows: 1, lines: [3] }],
  });
});

test.each(['jsonb', 'byte', 'hologram'])('of a %s nothing is said but that', (type) => {
  const found = check([property('p', type), property('q', type)], [{ p: { a: 1 } }]);
  expect(found).toMatchObject({ rowsRefused: 0, misfits: [], unchecked: [{ property: 'p', type }] });
});

test('unknown properties are counted, with their first lines and the nearest', () => {
  const rows = Array.from({ length: 5 }, () => ({ nmae: 'A', name: 'A' }));
  expect(check([property('name', 'str')], rows)).toMatchObject({
    rowsRefused: 5,
    unknownProperties: [{ property: 'nmae', rows: 5, lines: [2, 3, 4], nearest: ['name'] }],
  });
});

test('names that every object has are no properties', () => {
  const row = JSON.parse('{"constructor": "a", "__proto__": "b", "toString": "c"}') as object;
  expect(check([property('name', 'str')], [row]).unknownProperties).toHaveLength(3);
});

test('an import for a list may write properties of the list, which were not asked for', () => {
  const definitions = [
    property('name', 'str'),
    property('stage', 'str', { list_id: 'l' }),
    property('other', 'str', { crm_id: 'm' }),
  ];
  const found = check(definitions, [{ name: 'A', stage: 'x', other: 'y' }], { list_id: 'l' });
  expect(found).toMatchObject({ rowsRefused: 0, listNotAsked: true });
  expect(found.unknownProperties.map((each) => each.property)).toEqual(['other']);
  expect(check(definitions, [{ stage: 'x' }])).toMatchObject({ rowsRefused: 1, listNotAsked: false });
});

test('values that are no option are counted one by one', () => {
  const rows = [{ tier: 'Gold' }, { tier: 'Gold' }, { tier: 'bronze' }, { tier: 'gold' }];
  expect(check([property('tier', 'select_str', { options })], rows)).toMatchObject({
    rowsRefused: 3,
    unknownOptions: [
      {
        property: 'tier',
        count: 3,
        created: false,
        moreValues: 0,
        values: [
          { value: 'Gold', rows: 2, lines: [2, 3], nearest: ['gold'] },
          { value: 'bronze', rows: 1, lines: [4], nearest: [] },
        ],
      },
    ],
  });
});

test('with create_missing_options they are told, and refuse no row', () => {
  const rows = [{ tiers: ['gold', 'new'] }, { tiers: 'gold' }];
  const definitions = [property('tiers', 'multiselect_str', { options })];
  expect(check(definitions, rows, { create_missing_options: true })).toMatchObject({
    rowsRefused: 1,
    misfits: [{ rows: 1, lines: [3], map: '[;]' }],
    unknownOptions: [{ created: true, values: [{ value: 'new' }] }],
  });
});

test('options that the answer leaves out are no reason to refuse any value', () => {
  expect(check([property('tier', 'select_str')], [{ tier: 'x' }])).toMatchObject({
    rowsRefused: 0,
    unknownOptions: [],
  });
});

test('rows without a required value are counted, and not as refused', () => {
  const definitions = [property('name', 'str', { required: true }), property('tags', 'multi_str')];
  const rows = [{ name: 'A' }, { name: ' ' }, { name: null }, { tags: [] }];
  expect(check(definitions, rows)).toMatchObject({
    rowsRefused: 0,
    missingRequired: [{ property: 'name', rows: 3, lines: [3, 4, 5] }],
  });
});

test('where two definitions share a slug nothing is said of its values', () => {
  const definitions = [property('status', 'num'), property('status', 'select_str', { options: [] })];
  expect(check(definitions, [{ status: 'x' }])).toMatchObject({ rowsRefused: 0, misfits: [] });
});

test('what it holds and says is bounded, whatever the rows hold', () => {
  const live = new LiveCheck({ request, definitions: [property('tier', 'select_str', { options })] }, {});
  const long = 'x'.repeat(100_000);
  for (let row = 0; row < 3000; row += 1)
    live.add({ default: { tier: `${row} ${long}`, [`${row} ${long}`]: 1 } }, row + 2);
  const found = live.findings();
  expect(found.unknownProperties).toHaveLength(50);
  expect(found.moreUnknownProperties).toBeGreaterThan(100);
  expect(found.unknownOptions[0]).toMatchObject({ count: 3000, moreValues: 981 });
  expect(JSON.stringify(found).length).toBeLessThan(50_000);
});
