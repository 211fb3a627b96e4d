import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Source } from '../../../../src/core/pipeline/source';
import { maxRowBytes } from '../../../../src/sources/rows/split-rows';
import { contentOf, readAll, RecordRig } from '../../support/planned';
import { objects, SentRows } from '../../support/sent-rows';

const rig = new RecordRig();
const api = new SentRows();
beforeAll(() => api.start());
afterAll(async () => {
  await api.close();
  rig.remove();
});

const json = (content: string | Uint8Array, rest: Partial<Source> = {}): Source => ({
  uri: rig.write('input.json', content),
  format: 'json',
  ...rest,
});
const read = (content: string) => rig.read(json(content));
const refusalOf = async (content: string): Promise<string> => {
  const problem = await rig.problemOf(json(content));
  return problem instanceof Error ? problem.message.replace(/^.*input\.json/, '') : 'none';
};

describe('an element is a row, on the line where it begins', () => {
  test.each([
    ['a list over many lines', '[\n  {\n    "name": "A"\n  },\n  {\n    "name": "B"\n  }\n]\n', [2, 5]],
    ['a list with CRLF', '[\r\n{\r\n"name": "A"\r\n},\r\n{"name": "B"}\r\n]\r\n', [2, 5]],
    ['a list on lines of its own', '[{"name":"A"}\n,{"name":"B"}]', [1, 2]],
    ['a list behind blank lines', '\n\n[\n\n{"name":"A"},{"name":"B"}]', [5, 6]],
    ['objects over many lines', '{\n"name":"A"\n}\n{\n"name":"B"\n}', [1, 4]],
    ['objects one a line', '{"name":"A"}\n{"name":"B"}\n', [1, 2]],
    ['a byte order mark before it', '\ufeff[{"name":"A"},\n{"name":"B"}]', [1, 2]],
    ['an object that touches the next', '{"name":"A"}{"name":"B"}', [1, 2]],
    ['several lines in elements that share lines', '[{"name":\n"A"},{"name":"B"\n}]', [1, 2]],
  ])('%s', async (_name, content, [first, second]) => {
    expect(await read(content)).toEqual([
      { line: first, name: 'A' },
      { line: second, name: 'B' },
    ]);
  });

  test('one object alone', async () => {
    expect(await read(' {\n"name": "A", "list": [1, [{}]], "x": {"y": [{"z": 1}]}}\n')).toEqual([
      { line: 1, name: 'A', list: [1, [{}]], x: { y: [{ z: 1 }] } },
    ]);
  });
});

test('a file named .json is read as its text stands: a list, or objects one a line', async () => {
  expect(await rig.read({ uri: rig.write('rows.json', '[\n{"a":1}\n]') })).toEqual([{ line: 2, a: 1 }]);
  expect(await rig.read({ uri: rig.write('rows.json.gz', gzipSync('[{"a":1}]')) })).toEqual([
    { line: 1, a: 1 },
  ]);
  expect(await rig.read({ uri: rig.write('rows.json', '{"a":1}\n{"a":2}\n') })).toHaveLength(2);
});

test('elements are sent as they stand, digit for digit', async () => {
  const elements = ['{ "id": 9007199254740993, "n": [1.0,-0] }', '{"t":"] , \\" } \\\\"}'];
  const rows = await rig.rowsOf(json(`[${elements.join(' , ')}]`));
  expect(await api.bodyOf(rows)).toBe(
    objects('{"id":9007199254740993,"n":[1.0,-0]}', '{"t":"] , \\" } \\\\"}'),
  );
});

test('what is no object, or no valid JSON, is a malformed row as long as its end is found', async () => {
  const elements = [
    '{"a":1}',
    '1',
    '"}"',
    'null',
    '[{"a":1}]',
    '{"a":1,}',
    '{a:1}',
    '{"a":"\n"}',
    '{"a":01}',
    '{"a":1,"a":2}',
    'nonsense',
    `{"a":"${'x'.repeat(maxRowBytes)}"}`,
    '{"a":2}',
  ];
  const malformed = (await read(`[${elements.join(',')}]`)).map(
    (row) => (row as { malformed?: string }).malformed,
  );
  const noObject = 'not a JSON object';
  expect(malformed).toEqual([
    undefined,
    ...[noObject, noObject, noObject, noObject],
    ...['not valid JSON', 'not valid JSON', 'not valid JSON', 'not valid JSON'],
    'has a name twice in one object',
    'not valid JSON',
    `longer than ${maxRowBytes} bytes`,
    undefined,
  ]);
});

test('an element that nests deeper than any row may is malformed, and those around it are not', async () => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  expect(await read(`[{"a":1},{"a":${deep}},{"a":2}]`)).toEqual([
    { line: 1, a: 1 },
    { line: 2, malformed: 'nested too deeply' },
    { line: 3, a: 2 },
  ]);
});

const at = (line: number, column: number, what: string): string =>
  ` (broken JSON at line ${line}, column ${column}: ${what})`;

test.each([
  ['[{"a":1}', at(1, 9, 'the text ends within the list')],
  ['[{"a":1},\n', at(2, 1, 'the text ends within the list')],
  ['[{"a":1},]', at(1, 10, 'an element is missing')],
  ['[,{"a":1}]', at(1, 2, 'an element is missing')],
  ['[{"a":1} {"a":2}]', at(1, 10, 'an element is followed by neither a comma nor the end of the list')],
  ['[{"a":1}]\n{"a":2}', at(2, 1, 'the list is followed by something else')],
  ['[{"a":1}]]', at(1, 10, 'the list is followed by something else')],
  ['{"a":1},{"a":2}', at(1, 8, 'an object is followed by something else than an object')],
  ['{"a":1}\n[]', at(2, 1, 'an object is followed by something else than an object')],
  ['"a"', at(1, 1, 'neither a list nor an object begins')],
  [' \n ', at(2, 2, 'the text is blank')],
  ['[{"a":[1}]', at(1, 9, 'a bracket closes what is not open')],
  ['[\n{"a":{"b":1}', at(2, 13, 'the text ends within an element')],
  // A quote is missing: what follows is inside out.
  ['[\n{"é":"x},\n{"b":"y"}]', at(3, 3, 'a text is followed by neither a comma, a colon nor a bracket')],
  ['[{"a":x"},{"b":"y"}]', at(1, 8, 'a text begins within a value')],
  ['[{"a":"x},{"a":"y},{"a":1}]', at(1, 13, 'a text is followed by neither a comma, a colon nor a bracket')],
  ['[{"a":"x}]', at(1, 11, 'the text ends within an element')],
])('%j is refused by name', async (content, seen) => {
  const message = await refusalOf(content);
  expect(message).toContain(seen);
  expect(message).toMatch(/expected a JSON list of objects, or objects one after the other/);
});

test('an object that holds the list of rows is refused with both ways to read it', async () => {
  expect(await refusalOf('{"data": [\n{"a":1},{"a":2}], "more": false}')).toMatch(
    /\(one object with a list of objects\), expected the list alone, .*; in brackets \[ \], if/,
  );
  expect(await read('[{"data": [{"a":1}]}]')).toHaveLength(1);
});

test('a list without elements has no rows', async () => {
  expect(await refusalOf('[ \n ]')).toMatch(/\(no elements\), expected a list of at least one object/);
});

test('the copy is NDJSON that gives the same rows, whatever is cut where', async () => {
  const content = '[\n {"a":"\\\\\\"","b":\n[1]},\n\n{"ü":"🏛"},7,"x]" ,\n{"a":\n\n{}}\n]\n';
  const whole = await rig.plan(json(content));
  const expected = (await readAll(whole)).map((row) => [row.line, contentOf(row)]);
  expect(expected.map(([line]) => line)).toEqual([2, 5, 6, 7, 8]);
  const copyOf = ({ plan }: typeof whole) =>
    readFileSync(fileURLToPath(plan.uri.replace(/plan\.jsonl$/, 'source.json')), 'utf8');
  const copy = copyOf(whole);
  expect(copy.split('\n')).toHaveLength(9);
  for (const blockBytes of [1, 2, 3, 7]) {
    const planned = await rig.plan(json(content), { blockBytes, batchSize: 2 });
    expect(copyOf(planned)).toBe(copy);
    expect((await readAll(planned)).map((row) => [row.line, contentOf(row)])).toEqual(expected);
  }
});

test('an element over millions of lines is named by the line on which it begins', async () => {
  const content = `[\n{"a":1},\n{"a":${'\n'.repeat(3_000_000)}2},\n{"a":3}]`;
  expect(await read(content)).toEqual([
    { line: 2, a: 1 },
    { line: 3, malformed: `longer than ${maxRowBytes} bytes` },
    { line: 3_000_004, a: 3 },
  ]);
});
