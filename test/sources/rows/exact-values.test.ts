import type { Source } from '../../../src/core/pipeline/source';
import type { SourceRow } from '../../../src/ports/batch-reader';
import { RecordRig } from '../support/planned';
import { objects, SentRows } from '../support/sent-rows';

const rig = new RecordRig();
const api = new SentRows();
beforeAll(() => api.start());
afterAll(async () => {
  await api.close();
  rig.remove();
});

type Mapping = NonNullable<Source['mapping']>;

const ndjson = (lines: readonly string[], mapping?: Mapping): Source => ({
  uri: rig.write('rows.ndjson', lines.join('\n')),
  format: 'ndjson',
  ...(mapping && { mapping }),
});
const sentOf = async (source: Source): Promise<string> => api.bodyOf(await rig.rowsOf(source));

test('numbers of NDJSON are sent digit for digit', async () => {
  const lines = [
    '{"id":9007199254740993}',
    '{"id":-1413617112501850121,"n":0.1234567890123456789}',
    '{"n":[-0,1.0,1E5,1e-400,{"m":123456789012345678901234567890}]}',
  ];
  expect(await sentOf(ndjson(lines))).toBe(objects(...lines));
});

test('cells are sent digit for digit as numbers, also in lists and in JSON', async () => {
  const mapping: Mapping = {
    n: { property: 'n', type: 'number' },
    list: { property: 'list', type: 'number', separator: ';' },
    j: { property: 'j', type: 'json' },
  };
  const content = 'n,list,j,t\n 12345678901234567890 ,1.0; -0;9007199254740993,"{""a"": 1e22}",1e5\n';
  expect(await sentOf(rig.csv(content, { mapping }))).toBe(
    objects('{"n":12345678901234567890,"list":[1.0,-0,9007199254740993],"j":{"a": 1e22},"t":"1e5"}'),
  );
});

test('texts of digits in NDJSON that are read as numbers keep their digits', async () => {
  const source = ndjson(['{"n":"12345678901234567890"}'], { n: { property: 'n', type: 'number' } });
  expect(await sentOf(source)).toBe(objects('{"n":12345678901234567890}'));
});

test('names and texts are sent as they are, in their order', async () => {
  const lines = [
    '{"2":"b","1":"a","__proto__":{"x":1},"constructor":"\\u0000"}',
    '{ "é" : "\\ud83d\\ude00\\/" , "list" : [ ] }',
  ];
  expect(await sentOf(ndjson(lines))).toBe(objects(lines[0] ?? '', '{"é":"\\ud83d\\ude00\\/","list":[ ]}'));
});

const twice = 'has a name twice in one object';
const huge = 'has a number beyond 1.8e308';
const half = 'has half of a surrogate pair, which is no text';

test.each([
  ['{"a":1,"a":2}', twice],
  ['{"a":1,"a":1}', twice],
  ['{"a":1,"\\u0061":1}', twice],
  ['{"":1,"":1}', twice],
  ['{"__proto__":1,"__proto__":2}', twice],
  ['{"b":{"a":1,"a":2}}', twice],
  ['{"b":[[{"c":{"a":"a","x":{"a":1},"a":[]}}]]}', twice],
  ['{"a":1e400}', huge],
  ['{"a":[-1E309]}', huge],
  [`{"a":${'9'.repeat(400)}}`, huge],
  ['{"a":"\\ud800"}', half],
  ['{"a":["\\uDE00\\ud83d"]}', half],
  ['{"a":{"\\ud800x":1}}', half],
])('%s is a malformed row', async (line, malformed) => {
  expect(await rig.read(ndjson(['{"a":1}', line, '{"a":{"b":1},"c":[{"b":1},{"b":1}]}']))).toEqual([
    { line: 1, a: 1 },
    { line: 2, malformed },
    { line: 3, a: { b: 1 }, c: [{ b: 1 }, { b: 1 }] },
  ]);
});

test('a name that is given twice is told when the mapping has it', async () => {
  expect(await rig.read(ndjson(['{"a":1,"a":2}'], { a: 'b' }))).toEqual([
    { line: 1, malformed: 'its column "a" is given twice' },
  ]);
});

test('what is left out may be anything', async () => {
  expect(await rig.read(ndjson(['{"a":1,"b":[1e400,{"x":1,"x":2}]}'], { b: null }))).toEqual([
    { line: 1, a: 1 },
  ]);
});

test.each([
  ['{""a"":1,""a"":2}', twice],
  ['[1e400]', huge],
  ['""\\udc00""', half],
])('the cell %s is no JSON that arrives as it stands', async (cell, why) => {
  const mapping: Mapping = { j: { property: 'j', type: 'json' } };
  expect(await rig.read(rig.csv(`j\n"${cell}"\n`, { mapping }))).toEqual([
    { line: 2, malformed: `its column "j" ${why}` },
  ]);
});

describe('a value of NDJSON that is not of the type of its column makes its row malformed', () => {
  test.each([
    ...['true', '[1]', '{}', '"x"', '"1,5"'].map((value) => ['number', value] as const),
    ...['1', '0', '[true]', '{}', '"maybe"'].map((value) => ['boolean', value] as const),
  ])('as %s: %s', async (type, value) => {
    const source = ndjson([`{"v":${value}}`], { v: { property: 'p', type } });
    // The words that are taken are said of texts, since another value is none of them.
    const words = value === '"maybe"' ? ' (true or false, yes or no, 1 or 0, in any case)' : '';
    expect(await rig.read(source)).toEqual([
      { line: 1, malformed: `its column "v" is not of type ${type}${words}` },
    ]);
  });

  test.each([
    ...['true', '[true]', '{}', '[[1]]', '[1,null]'].map((value) => ['number', value] as const),
    ...['1', '[1]'].map((value) => ['boolean', value] as const),
    ...['1', '[1]', '{}'].map((value) => ['string', value] as const),
  ])('as a list of %s: %s', async (type, value) => {
    const source = ndjson([`{"v":${value}}`], { v: { property: 'p', type, separator: ';' } });
    expect(await rig.read(source)).toEqual([
      { line: 1, malformed: `its column "v" is not a list of type ${type}` },
    ]);
  });
});

test.each<
  [line: string, type: 'number' | 'boolean' | 'string' | 'json', separator: string | null, sent: string]
>([
  ['{"v":-0.10}', 'number', null, '{"p":-0.10}'],
  ['{"v":null}', 'number', null, '{"p":null}'],
  ['{"v":[1,"2.0"]}', 'number', ';', '{"p":[1,2.0]}'],
  ['{"v":7}', 'number', ';', '{"p":[7]}'],
  ['{"v":[]}', 'number', ';', '{"p":[]}'],
  ['{"v":false}', 'boolean', null, '{"p":false}'],
  ['{"v":["a;b"]}', 'string', ';', '{"p":["a;b"]}'],
  ['{"v":[1.0]}', 'string', null, '{"p":[1.0]}'],
  ['{"v":[1.0,"a"]}', 'json', ';', '{"p":[1.0,"a"]}'],
  ['{"v":"[1.0]"}', 'json', null, '{"p":[1.0]}'],
])('%s as %s split at %j is sent as %s', async (line, type, separator, sent) => {
  const mapping: Mapping = { v: { property: 'p', type, ...(separator !== null && { separator }) } };
  expect(await sentOf(ndjson([line], mapping))).toBe(objects(sent));
});

test('rows of a plan of 0.1.0 are sent as it sent them', async () => {
  const lines = [
    '{"2":1.0,"1":9007199254740993,"a":1,"a":2}',
    '{"v":true,"x":[1e400,{"b":1,"b":-0}],"s":"\\ud800"}',
    '{"v":"12345678901234567890"}',
  ];
  const mapping: Mapping = { v: { property: 'n', type: 'number' } };
  const { plan } = await rig.plan(ndjson(lines, mapping));
  const old = await rig.planWithoutLimits(plan);
  const rows: SourceRow[] = [];
  for await (const row of old.reader.read(old.plan, 1)) rows.push(row);
  expect(await api.bodyOf(rows)).toBe(
    objects(
      '{"1":9007199254740992,"2":1,"a":2}',
      '{"n":true,"x":[null,{"b":0}],"s":"\\ud800"}',
      '{"n":12345678901234567000}',
    ),
  );
});
