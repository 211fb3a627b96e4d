import type { Source } from '../../../src/core/pipeline/source';
import { RecordRig } from '../support/planned';

const booleanWords = ' (true or false, yes or no, 1 or 0, in any case)';

const rig = new RecordRig();
afterAll(() => rig.remove());

type Mapping = NonNullable<Source['mapping']>;

const readCsv = (content: string, mapping: Mapping) => rig.read(rig.csv(content, { mapping }));
const ndjson = (content: string, mapping: Mapping): Source => ({
  uri: rig.write('input.ndjson', content),
  format: 'ndjson',
  mapping,
});

test('names properties as mapped, else after the columns, and leaves out what is mapped to null', async () => {
  expect(
    await readCsv('Name,primary_domain,Note\nAcme,acme.example,x\nGlobex,,y\n', { Name: 'name', Note: null }),
  ).toEqual([
    { line: 2, name: 'Acme', primary_domain: 'acme.example' },
    { line: 3, name: 'Globex' },
  ]);
});

test.each([
  { type: 'number' as const, cell: '12', value: 12 },
  { type: 'number' as const, cell: '-0.5e+3', value: -500 },
  { type: 'number' as const, cell: ' 7 ', value: 7 },
  { type: 'boolean' as const, cell: 'TRUE', value: true },
  { type: 'boolean' as const, cell: 'yes', value: true },
  { type: 'boolean' as const, cell: '1', value: true },
  { type: 'boolean' as const, cell: 'False', value: false },
  { type: 'boolean' as const, cell: 'No', value: false },
  { type: 'boolean' as const, cell: '0', value: false },
  { type: 'json' as const, cell: '{"a":[1,null]}', value: { a: [1, null] } },
  { type: 'json' as const, cell: 'null', value: null },
  { type: 'string' as const, cell: ' 12 ', value: ' 12 ' },
])('reads $cell as a $type', async ({ type, cell, value }) => {
  const content = `a,b\n"${cell.replaceAll('"', '""')}",x\n`;
  const mapping = { a: { property: 'p', type } };
  expect(await readCsv(content, mapping)).toEqual([{ line: 2, p: value, b: 'x' }]);
});

test.each([
  ...['secret', '01', '1,5', '.5', '5.', '0x10', 'NaN', 'Infinity', '1e999', '--1', '1 2', ' '].map(
    (cell) => ({ type: 'number' as const, cell }),
  ),
  ...['2', 'maybe', 'y', 'on'].map((cell) => ({ type: 'boolean' as const, cell })),
  ...['{', 'secret', "{'a':1}", '['.repeat(100_000) + ']'.repeat(100_000)].map((cell) => ({
    type: 'json' as const,
    cell,
  })),
])(
  'a cell that is no $type makes its row malformed, without saying its value (case $#)',
  async ({ type, cell }) => {
    const content = `a,b\n"${cell.replaceAll('"', '""')}",x\n`;
    expect(await readCsv(content, { a: { property: 'p', type } })).toEqual([
      {
        line: 2,
        malformed: `its column "a" is not of type ${type}${type === 'boolean' ? booleanWords : ''}`,
      },
    ]);
  },
);

test.each([
  { type: 'string' as const, cell: 'a; b ;;c', value: ['a', 'b', 'c'] },
  { type: 'string' as const, cell: 'a', value: ['a'] },
  { type: 'number' as const, cell: '1;2', value: [1, 2] },
  { type: 'boolean' as const, cell: 'yes; no', value: [true, false] },
  { type: 'json' as const, cell: '[1];{}', value: [[1], {}] },
])('splits $cell into several values of type $type', async ({ type, cell, value }) => {
  const mapping = { a: { property: 'p', type, separator: ';' } };
  expect(await readCsv(`a,b\n${cell},x\n`, mapping)).toEqual([{ line: 2, p: value, b: 'x' }]);
});

test('leaves a property out whose cell holds separators only', async () => {
  const mapping = { a: { property: 'p', type: 'string' as const, separator: '||' } };
  expect(await readCsv('a,b\n|| ||,x\n', mapping)).toEqual([{ line: 2, b: 'x' }]);
});

test('a part that does not fit makes the row malformed', async () => {
  const mapping = { a: { property: 'p', type: 'number' as const, separator: ';' } };
  expect(await readCsv('a,b\n1;secret,x\n', mapping)).toEqual([
    { line: 2, malformed: 'its column "a" is not a list of type number' },
  ]);
});

test('maps the names of NDJSON, and reads texts as a type', async () => {
  const mapping: Mapping = {
    n: { property: 'number', type: 'number' },
    t: { property: 'tags', type: 'string', separator: ',' },
    gone: null,
    old: 'new',
  };
  const lines = [
    '{"n":"12","t":"a, b","old":"x","other":""}',
    '{"n":3,"t":["a"],"gone":1,"old":""}',
    '{"n":"","old":null}',
    '{"n":"secret"}',
    '{"gone":"x"}',
  ];
  expect(await rig.read(ndjson(lines.join('\n'), mapping))).toEqual([
    { line: 1, number: 12, tags: ['a', 'b'], new: 'x', other: '' },
    { line: 2, number: 3, tags: ['a'], new: '' },
    { line: 3, new: null },
    { line: 4, malformed: 'its column "n" is not of type number' },
    { line: 5, malformed: 'has no value' },
  ]);
});

describe('one warning names the columns that a mapping does not', () => {
  const warningsOf = async (content: string, mapping?: Mapping) =>
    (await rig.plan(rig.csv(content, mapping && { mapping }))).warnings;

  test('by name', async () => {
    expect(await warningsOf('a,b,c\n1,2,3\n', { a: 'x' })).toEqual([
      'source.mapping: 2 columns not named there are imported under their own names: "b", "c"',
    ]);
  });

  test('at most twenty of them', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `c${index}`).join(',');
    const [warning, ...more] = await warningsOf(`a,${names}\n1${',2'.repeat(25)}\n`, { a: 'x' });
    expect(warning).toMatch(/: 25 columns .*"c0", .*"c19" and 5 more$/);
    expect(more).toEqual([]);
  });

  test('none without a mapping, or when it names all, also to leave them out', async () => {
    expect(await warningsOf('a,b\n1,2\n')).toEqual([]);
    expect(await warningsOf('a,b\n1,2\n', { a: 'x', b: null })).toEqual([]);
  });
});

test.each<{ name: string; mapping: Mapping; field: string; accepted: RegExp }>([
  {
    name: 'a mapping of no column',
    mapping: { nome: 'name' },
    field: 'source.mapping.nome',
    accepted: /one of "name", "domain"/,
  },
  {
    name: 'two columns for one property',
    mapping: { domain: 'name' },
    field: 'source.mapping',
    accepted: /one column/,
  },
  {
    name: 'two columns for one property, one of them typed',
    mapping: { name: 'p', domain: { property: 'p', type: 'json' } },
    field: 'source.mapping',
    accepted: /one column/,
  },
  {
    name: 'every column left out',
    mapping: { name: null, domain: null },
    field: 'source.mapping',
    accepted: /at least one column/,
  },
])('refuses $name', async ({ mapping, field, accepted }) => {
  expect(await rig.problemOf(rig.csv('name,domain\na,b\n', { mapping }))).toMatchObject({
    name: 'SourceError',
    field,
    accepted: expect.stringMatching(accepted) as string,
  });
});

test('a mapping may give a property the name of a column that is left out', async () => {
  expect(await readCsv('name,title\nold,new\n', { name: null, title: 'name' })).toEqual([
    { line: 2, name: 'new' },
  ]);
});
