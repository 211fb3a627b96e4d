import type { Source } from '../../src/domain/import-records';
import { SourceError } from '../../src/domain/source-error';
import { planSource } from '../../src/records/plan-source';
import { createRowSource } from '../../src/records/row-source';
import { TemporaryFiles } from './temporary-files';

const files = new TemporaryFiles();
afterAll(() => files.remove());

async function read(source: Source): Promise<unknown[]> {
  const { columns, batches } = await planSource(source, 2);
  const rows: unknown[] = [];
  for (const batch of batches) {
    for await (const row of createRowSource().readBatch(source, columns, batch)) {
      rows.push(
        'row' in row ? { line: row.line, ...row.row.default } : { line: row.line, malformed: row.malformed },
      );
    }
  }
  return rows;
}

const readCsv = (content: string | Uint8Array, mapping: Record<string, string> = {}): Promise<unknown[]> =>
  read({ uri: files.write('input.csv', content), format: 'csv', mapping });

test('names properties after the columns or as mapped, and leaves empty cells out', async () => {
  expect(await readCsv('Name,primary_domain\nAcme,acme.example\nGlobex,\n', { Name: 'name' })).toEqual([
    { line: 2, name: 'Acme', primary_domain: 'acme.example' },
    { line: 3, name: 'Globex' },
  ]);
});

test('reads byte order mark, CRLF, quotes and newlines in cells, and counts lines of the file', async () => {
  expect(await readCsv('\ufeffname,note\r\n"A ""B""","one\r\ntwo"\r\n\r\nC,"x,y"')).toEqual([
    { line: 2, name: 'A "B"', note: 'one\r\ntwo' },
    { line: 5, name: 'C', note: 'x,y' },
  ]);
});

test('keeps names like __proto__ as properties', async () => {
  const [row] = await readCsv('__proto__,a\nx,y\n');
  expect(Object.entries(row as object)).toContainEqual(['__proto__', 'x']);
});

describe('reports a malformed row with its line and reads on', () => {
  const brokenQuotes = expect.stringContaining('its quoting is broken') as string;
  const good = { a: '1', b: '2' };
  test.each([
    { name: 'too few cells', bad: 'x', malformed: 'has 1 cell, expected 2 as in the header' },
    { name: 'too many cells', bad: 'x,y,z', malformed: 'has 3 cells, expected 2 as in the header' },
    {
      name: 'a quote inside a cell',
      bad: 'x"y,z',
      malformed: brokenQuotes,
    },
    {
      name: 'text after a closing quote',
      bad: '"x"y,z',
      malformed: brokenQuotes,
    },
    { name: 'a quote never closed', bad: '"x,y', malformed: brokenQuotes },
    { name: 'no value at all', bad: ',', malformed: 'has no value' },
    { name: 'bytes that are not UTF-8', bad: '\xff,y', malformed: 'not valid UTF-8' },
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
    { name: 'an empty object', bad: '{}', malformed: 'has no value' },
    {
      name: 'two names for one property',
      bad: '{"a":1,"A":2}',
      malformed: 'two of its names are mapped to the same property',
    },
  ])('NDJSON: $name', async ({ bad, malformed }) => {
    const uri = files.write('input.ndjson', `{"A":1}\r\n\n${bad}\n{"a":[2]}`);
    expect(await read({ uri, format: 'ndjson', mapping: { A: 'a' } })).toEqual([
      { line: 1, a: 1 },
      { line: 3, malformed },
      { line: 4, a: [2] },
    ]);
  });
});

test.each([
  { name: 'other bytes', later: 'a\n2\n' },
  { name: 'fewer bytes', later: 'a\n' },
])('refuses a file with $name than at planning before giving any row', async ({ later }) => {
  const source: Source = { uri: files.write('changed.csv', 'a\n1\n'), format: 'csv' };
  const { columns, batches } = await planSource(source, 10);
  files.write('changed.csv', later);
  const batch = batches[0];
  if (batch === undefined) throw new Error('no batch');
  const reading = createRowSource().readBatch(source, columns, batch)[Symbol.asyncIterator]();
  await expect(reading.next()).rejects.toThrow(SourceError);
  await expect(
    createRowSource().readBatch(source, columns, batch)[Symbol.asyncIterator]().next(),
  ).rejects.toThrow(/changed since/);
});
