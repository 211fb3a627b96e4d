import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Source } from '../../src/domain/import-records';
import { SourceError } from '../../src/domain/source-error';
import { planSource } from '../../src/records/plan-source';
import { longestRowBytes } from '../../src/records/split-rows';
import { TemporaryFiles } from './temporary-files';

const files = new TemporaryFiles();
afterAll(() => files.remove());

const csv = (content: string | Uint8Array, mapping?: Record<string, string>): Source => ({
  uri: files.write('input.csv', content),
  format: 'csv',
  ...(mapping && { mapping }),
});

const problemOf = (source: Source): Promise<unknown> =>
  planSource(source, 10).then(
    () => null,
    (error: unknown) => error,
  );

test('plans the universities in eleven batches of 1,000', async () => {
  const uri = pathToFileURL(join(__dirname, '../../data/universities.csv')).href;
  const plan = await planSource({ uri, format: 'csv' }, 1000);
  expect(plan.columns).toEqual(['name', 'primary_domain', 'website', 'country', 'country_code', 'region']);
  expect(plan.rows).toBe(10_251);
  expect(plan.batches).toHaveLength(11);
  expect(plan.batches.at(-1)).toMatchObject({ batch: 11, firstRow: 10_001, rows: 251 });
});

test('tells how far it has read', async () => {
  const seen: number[] = [];
  const content = 'name\n'.padEnd(3_000_000, `${'y'.repeat(999)}\n`);
  await planSource(csv(content), 1000, (bytes) => seen.push(bytes));
  expect(seen.length).toBeGreaterThan(2);
  expect(seen.at(-1)).toBe(3_000_000);
});

test('counts rows across blocks the same when one row is larger than a block', async () => {
  const large = `"${'line\n'.repeat(600_000)}"`;
  const plan = await planSource(csv(`name\na\n${large}\nb\n`), 1);
  expect(plan.batches.map(({ firstLine, rows }) => ({ firstLine, rows }))).toEqual([
    { firstLine: 2, rows: 1 },
    { firstLine: 3, rows: 1 },
    { firstLine: 600_004, rows: 1 },
  ]);
});

test('takes a row longer than the limit for one malformed line', async () => {
  const filler = `${'x'.repeat(1023)}\n`;
  const lines = longestRowBytes / filler.length + 1;
  const plan = await planSource(csv(`name\n"open\n${filler.repeat(lines)}last\n`), 100_000);
  expect(plan.rows).toBe(lines + 2);
});

describe('refuses with the field, what was seen and the accepted form', () => {
  test.each([
    {
      name: 'a missing file',
      source: { uri: files.uri('none.csv'), format: 'csv' as const },
      field: 'source.uri',
      seen: /no such file/,
    },
    {
      name: 'a bucket',
      source: { uri: 's3://bucket/a.csv', format: 'csv' as const },
      field: 'source.uri',
      seen: /s3:\/\/bucket/,
    },
    {
      name: 'an encoded slash',
      source: { uri: 'file:///a%2Fb', format: 'csv' as const },
      field: 'source.uri',
      seen: /a%2Fb/,
    },
  ])('$name', async ({ source, field, seen }) => {
    expect(await problemOf(source)).toMatchObject({
      name: 'SourceError',
      field,
      seen: expect.stringMatching(seen) as string,
    });
  });

  test('a directory', async () => {
    mkdirSync(join(files.folder, 'folder'));
    expect(await problemOf({ uri: files.uri('folder'), format: 'csv' })).toMatchObject({
      field: 'source.uri',
      seen: expect.stringContaining('a directory') as string,
    });
  });

  test.each([
    { name: 'an empty file', content: '', seen: /empty file/ },
    { name: 'only empty lines', content: '\n\r\n\n', seen: /no header line/ },
    { name: 'only a byte order mark', content: '\ufeff', seen: /no header line/ },
    { name: 'a header only', content: 'name,domain\n', seen: /a header and no rows/ },
    { name: 'UTF-16', content: Buffer.from('\ufeffname\na\n', 'utf16le'), seen: /UTF-16/ },
    { name: 'a duplicate header', content: 'name,name\na,b\n', seen: /the name "name" twice/ },
    { name: 'a column without a name', content: 'name,\na,b\n', seen: /no name for column 2/ },
    {
      name: 'a header with broken quotes',
      content: 'na"me,b\na,b\n',
      seen: /in its header: its quoting is broken/,
    },
    { name: 'a header in Latin-1', content: Buffer.from('n\xe4me\na\n', 'latin1'), seen: /not valid UTF-8/ },
  ])('$name', async ({ content, seen }) => {
    const problem = await problemOf(csv(content));
    expect(problem).toBeInstanceOf(SourceError);
    expect(problem).toMatchObject({ field: 'source.uri', seen: expect.stringMatching(seen) as string });
  });

  test.each([
    {
      name: 'a mapping of no column',
      mapping: { nome: 'name' },
      field: 'source.mapping.nome',
      accepted: /"name", "domain"/,
    },
    {
      name: 'two columns for one property',
      mapping: { domain: 'name' },
      field: 'source.mapping',
      accepted: /one column/,
    },
  ])('$name', async ({ mapping, field, accepted }) => {
    expect(await problemOf(csv('name,domain\na,b\n', mapping))).toMatchObject({
      field,
      accepted: expect.stringMatching(accepted) as string,
    });
  });

  test('NDJSON without a line', async () => {
    expect(await problemOf({ uri: files.write('none.ndjson', '\n\n'), format: 'ndjson' })).toMatchObject({
      seen: expect.stringContaining('no rows') as string,
    });
  });
});
