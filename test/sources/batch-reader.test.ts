import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SourceError } from '../../src/ports/source-error';
import { createBatchReader } from '../../src/sources/batch-reader';
import { maxRowBytes } from '../../src/sources/rows/split-rows';
import { contentOf, readAll, RecordRig, type Planned } from './support/planned';
import { sourceOpener } from '../support/sources';

const rig = new RecordRig();
afterAll(() => rig.remove());

const readCsv = (content: string | Uint8Array) => rig.read(rig.csv(content, { encoding: 'utf-8' }));

test('reads byte order mark, CRLF, quotes and newlines in cells, and counts lines of the file', async () => {
  expect(await readCsv('\ufeffname,note\r\n"A ""B""","one\r\ntwo"\r\n\r\nC,"x,y"')).toEqual([
    { line: 2, name: 'A "B"', note: 'one\r\ntwo' },
    { line: 5, name: 'C', note: 'x,y' },
  ]);
});

test('leaves out the properties of empty cells', async () => {
  expect(await readCsv('a,b,c\n1,,""\n')).toEqual([{ line: 2, a: '1' }]);
});

test.each([';', '\t', '|', ' ', '·', '漢'])('reads cells between %j', async (delimiter) => {
  const content = `a,x${delimiter}b\n1${delimiter}2\n"3${delimiter}"${delimiter}"4"\n`;
  expect(await rig.read(rig.csv(content, { delimiter }))).toEqual([
    { line: 2, 'a,x': '1', b: '2' },
    { line: 3, 'a,x': `3${delimiter}`, b: '4' },
  ]);
});

test('keeps names like __proto__ as properties', async () => {
  const [row] = await readCsv('__proto__,a\nx,y\n');
  expect(Object.entries(row as object)).toContainEqual(['__proto__', 'x']);
});

test('takes a cell of 500 KB, and a row of 10,000 columns', async () => {
  const cell = 'x'.repeat(500_000);
  const names = Array.from({ length: 10_000 }, (_, index) => `c${index}`);
  const [, large] = await rig.read(rig.csv(`a,b\n1,2\n"${cell}",${cell.slice(0, 250_000)}\n`));
  expect(large).toEqual({ line: 3, a: cell, b: cell.slice(0, 250_000) });
  const content = `${names.join(',')}\n${names.join(',')}\n`;
  const [wide] = await rig.rowsOf(rig.csv(content, { repeatedHeaders: 'keep' }));
  expect(wide && contentOf(wide)).toEqual(Object.fromEntries(names.map((name) => [name, name])));
});

describe('reports a malformed row with its line and reads on', () => {
  const brokenQuotes = expect.stringContaining('its quoting is broken') as string;
  const good = { a: '1', b: '2' };
  test.each([
    { name: 'too few cells', bad: 'x', malformed: 'has 1 cell, expected 2 as in the header' },
    { name: 'too many cells', bad: 'x,y,z', malformed: 'has 3 cells, expected 2 as in the header' },
    { name: 'a quote inside a cell', bad: 'x"y,z', malformed: brokenQuotes },
    { name: 'text after a closing quote', bad: '"x"y,z', malformed: brokenQuotes },
    { name: 'a quote never closed', bad: '"x,y', malformed: brokenQuotes },
    {
      name: 'bytes that are not UTF-8',
      bad: '\xff,y',
      malformed:
        'not valid UTF-8; if the whole file is in another encoding, --encoding (source.encoding) names it',
    },
    { name: 'a NUL byte', bad: 'x\0,y', malformed: 'holds a NUL byte' },
    { name: 'a NUL byte behind a quote', bad: '"x"\0,y', malformed: 'holds a NUL byte' },
    {
      name: 'more than 1 MiB',
      bad: `x,${'y'.repeat(maxRowBytes)}`,
      malformed: `longer than ${maxRowBytes} bytes`,
    },
  ])('$name', async ({ bad, malformed }) => {
    expect(await readCsv(Buffer.from(`a,b\n1,2\n1,2\n${bad}\n1,2\n`, 'latin1'))).toEqual([
      { line: 2, ...good },
      { line: 3, ...good },
      { line: 4, malformed },
      { line: 5, ...good },
    ]);
  });

  test.each([
    { name: 'half an object', bad: '{"a":', malformed: 'not valid JSON' },
    { name: 'a list', bad: '[1]', malformed: 'not a JSON object' },
    { name: 'null', bad: 'null', malformed: 'not a JSON object' },
    { name: 'a NUL byte', bad: '{"a":"\0"}', malformed: 'holds a NUL byte' },
    {
      name: 'lists in lists in lists',
      bad: `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      malformed: 'nested too deeply',
    },
    {
      name: 'two names for one property',
      bad: '{"a":1,"A":2}',
      malformed: 'two of its names are mapped to the same property',
    },
  ])('NDJSON: $name', async ({ bad, malformed }) => {
    const uri = rig.write('input.ndjson', `{"A":1}\r\n\n${bad}\n{"a":[2]}`);
    expect(await rig.read({ uri, format: 'ndjson', mapping: { A: 'a' } })).toEqual([
      { line: 1, a: 1 },
      { line: 3, malformed },
      { line: 4, a: [2] },
    ]);
  });
});

describe('refuses a source that is not what was planned, before giving any row', () => {
  const content = 'a\n1\n2\n3\n';
  const path = fileURLToPath(rig.uri('input.csv'));
  const firstOf = async ({ plan, reader }: Planned): Promise<unknown> => {
    try {
      for await (const row of reader.read(plan, 1)) return row;
      return 'no rows';
    } catch (error) {
      return error;
    }
  };

  test.each([
    {
      name: 'other bytes in the batch',
      change: () => writeFileSync(path, 'a\n1\n4\n3\n'),
      seen: /changed since the import began: other bytes from 2 to 6/,
    },
    {
      name: 'fewer bytes',
      change: () => writeFileSync(path, content.slice(0, -2)),
      seen: /changed since the import began: 8 bytes then, 6 bytes now/,
    },
    {
      name: 'an appended row',
      change: () => appendFileSync(path, '4\n'),
      seen: /changed since the import began: 8 bytes then, 10 bytes now/,
    },
    { name: 'no bytes any more', change: () => writeFileSync(path, ''), seen: /an empty file/ },
    { name: 'no file any more', change: () => rmSync(path), seen: /no such file/ },
  ])('$name', async ({ change, seen }) => {
    const planned = await rig.plan(rig.csv(content), { batchSize: 2 });
    change();
    const problem = await firstOf(planned);
    expect(problem).toBeInstanceOf(SourceError);
    expect(problem).toMatchObject({ seen: expect.stringMatching(seen) as string });
  });
});

test('reads any batch alone, and goes on with others while the plan is held', async () => {
  const { plan, reader } = await rig.plan(rig.csv('a\n1\n2\n3\n4\n5\n'), { batchSize: 2 });
  const contents: unknown[] = [];
  for (const batch of [3, 1, 2])
    for await (const row of reader.read(plan, batch)) contents.push(contentOf(row));
  expect(contents.map((row) => (row as { a: string }).a)).toEqual(['5', '1', '2', '3', '4']);
});

test('refuses a batch that is not in the plan', async () => {
  const { plan, reader } = await rig.plan(rig.csv('a\n1\n'));
  for (const batch of [0, 2]) {
    const reading = reader.read(plan, batch)[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toThrow(`batch ${batch} of a plan of 1 batches`);
  }
});

test('refuses a plan that was replaced by another', async () => {
  const { plan } = await rig.plan(rig.csv('a\n1\n'));
  const path = fileURLToPath(plan.uri);
  writeFileSync(path, readFileSync(path, 'utf8').replace('"rows":1', '"rows":2'));
  const reader = createBatchReader({ store: rig.store, opener: sourceOpener() });
  await expect(reader.source(plan)).rejects.toThrow('it is not the plan that was stored there');
});

test('forgets a failure to read a plan, and which plans were asked for long ago', async () => {
  const reader = createBatchReader({ store: rig.store, opener: sourceOpener() });
  const { plan } = await rig.plan(rig.csv('a\n1\n'));
  const path = fileURLToPath(plan.uri);
  const text = readFileSync(path);
  rmSync(path);
  await expect(reader.source(plan)).rejects.toThrow('ENOENT');
  writeFileSync(path, text);
  expect((await reader.source(plan)).columns).toEqual(['a']);
  rmSync(path);
  expect((await reader.source(plan)).columns).toEqual(['a']);
  for (const column of ['b', 'c', 'd', 'e']) {
    const other = await rig.plan(rig.csv(`${column}\n1\n`));
    await reader.source(other.plan);
  }
  await expect(reader.source(plan)).rejects.toThrow(/ENOENT|not the plan/);
});

test('gives every row of the universities', async () => {
  const uri = rig.write('universities.csv', readFileSync(`${__dirname}/../../data/universities.csv`));
  const planned = await rig.plan({ uri, format: 'csv' });
  const rows = await readAll(planned);
  expect(rows.filter((row) => 'malformed' in row)).toEqual([]);
  expect(rows).toHaveLength(10_251);
});
