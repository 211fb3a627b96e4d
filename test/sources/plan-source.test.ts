import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Source } from '../../src/core/pipeline/source';
import { planRefSchema } from '../../src/core/pipeline/plan';
import { SourceError } from '../../src/ports/source-error';
import { createPlanSource } from '../../src/sources/plan-source';
import { maxRowBytes } from '../../src/sources/rows/split-rows';
import { RecordRig, universities } from './support/planned';
import { sourceOpener } from '../support/sources';

const rig = new RecordRig();
afterAll(() => rig.remove());

test('plans the universities in eleven batches of 1,000', async () => {
  const { plan, reader, batches } = await rig.plan({ uri: universities, format: 'csv' });
  expect(planRefSchema.parse(plan)).toMatchObject({ rows: 10_251, batches: 11 });
  expect((await reader.source(plan)).columns).toEqual([
    ...['name', 'primary_domain', 'website', 'country', 'country_code', 'region'],
  ]);
  expect(batches.at(-1)).toMatchObject({ batch: 11, firstRow: 10_001, rows: 251 });
});

test('writes the plan as a header and lines of one length, each found by its number', async () => {
  const rows = Array.from({ length: 250 }, (_, row) => `ä${row}\n`).join('');
  const { plan } = await rig.plan(rig.csv(`näme\n${rows}`), { batchSize: 2 });
  const text = readFileSync(fileURLToPath(plan.uri));
  expect(text).toHaveLength(plan.headerBytes + plan.batches * plan.lineBytes);
  for (let batch = 1; batch <= plan.batches; batch += 1) {
    const start = plan.headerBytes + (batch - 1) * plan.lineBytes;
    const line = text.subarray(start, start + plan.lineBytes).toString();
    expect(line).toMatch(/\n$/);
    expect(JSON.parse(line)).toMatchObject({ batch, firstRow: 2 * batch - 1, rows: 2 });
  }
});

test('tells how far it has read', async () => {
  const seen: number[] = [];
  const content = 'name\n'.padEnd(3_000_000, `${'y'.repeat(999)}\n`);
  await rig.plan(rig.csv(content), { blockBytes: 1_000_000, onProgress: (bytes) => seen.push(bytes) });
  expect(seen).toEqual([1_000_000, 2_000_000, 3_000_000]);
});

test('stops where it is when told so while it reads', async () => {
  const stop = new Error('stop');
  const onProgress = () => {
    throw stop;
  };
  expect(await rig.problemOf(rig.csv('name\na\n'), { onProgress })).toBe(stop);
});

test('counts rows across blocks the same when one row is larger than a block', async () => {
  const large = `"${'line\n'.repeat(150_000)}"`;
  const { batches } = await rig.plan(rig.csv(`name\na\n${large}\nb\n`), { batchSize: 1 });
  expect(batches.map(({ firstLine, rows }) => ({ firstLine, rows }))).toEqual([
    { firstLine: 2, rows: 1 },
    { firstLine: 3, rows: 1 },
    { firstLine: 150_004, rows: 1 },
  ]);
});

test('takes a row longer than the limit for one malformed line', async () => {
  const filler = `${'x'.repeat(1023)}\n`;
  const lines = maxRowBytes / filler.length + 1;
  const { plan } = await rig.plan(rig.csv(`name\n"open\n${filler.repeat(lines)}last\n`));
  expect(plan.rows).toBe(lines + 2);
});

test('refuses a file that changes while it is read', async () => {
  const source = rig.csv(`name\n${'x'.repeat(1000)}\n`);
  const onProgress = () => rig.write('input.csv', 'name\ny\n');
  expect(await rig.problemOf(source, { blockBytes: 100, onProgress })).toMatchObject({
    name: 'SourceError',
    seen: expect.stringMatching(/(became shorter|changed) while it was read/) as string,
  });
  const grown = rig.csv('name\nx\n');
  const append = () => rig.write('input.csv', 'name\nx\ny\n');
  expect(await rig.problemOf(grown, { onProgress: append })).toMatchObject({
    seen: expect.stringContaining('changed while it was read') as string,
  });
});

test('refuses without a store', async () => {
  const planning = createPlanSource({ store: null, opener: sourceOpener() })(rig.csv('a\n1\n'), {
    batchSize: 1,
    folder: 'x',
  });
  await expect(planning).rejects.toThrow('PRISM_STORAGE is not set');
});

describe('refuses with the field, what was seen and the accepted form', () => {
  const csvAt = (uri: string): Source => ({ uri, format: 'csv' });

  test.each([
    { name: 'a missing file', source: csvAt(rig.uri('none.csv')), seen: /no such file/ },
    { name: 'a file below a file', source: csvAt(`${universities}/x`), seen: /no such file/ },
    { name: 'an encoded slash', source: csvAt('file:///a%2Fb'), seen: /a%2Fb/ },
    { name: 'an encoded NUL', source: csvAt('file:///a%00b'), seen: /no such file/ },
    { name: 'a device', source: csvAt('file:///dev/null'), seen: /not a regular file/ },
    { name: 'a name that is too long', source: csvAt(rig.uri('x'.repeat(300))), seen: /no such file/ },
  ])('$name', async ({ source, seen }) => {
    expect(await rig.problemOf(source)).toMatchObject({
      name: 'SourceError',
      field: 'source.uri',
      seen: expect.stringMatching(seen) as string,
    });
  });

  test('a directory', async () => {
    mkdirSync(join(rig.folder, 'folder'));
    expect(await rig.problemOf({ uri: rig.uri('folder'), format: 'csv' })).toMatchObject({
      field: 'source.uri',
      seen: expect.stringContaining('a directory') as string,
    });
  });

  test.each([
    { name: 'an empty file', content: '', seen: /empty file/ },
    { name: 'only empty lines', content: '\n\r\n\n', seen: /no header line/ },
    { name: 'only a byte order mark', content: '\ufeff', seen: /no header line/ },
    { name: 'a header only', content: 'name,domain\n', seen: /a header and no rows/ },
    { name: 'a duplicate header', content: 'name,name\na,b\n', seen: /the name "name" twice/ },
    { name: 'only rows without a value', content: ',\n,,\n', seen: /no header line, 2 rows left out/ },
    {
      name: 'a header twice',
      content: 'name\nname\n',
      seen: /a header and no rows, 1 row left out: equal to the header/,
    },
    {
      name: 'a header with broken quotes',
      content: 'na"me,b\na,b\n',
      seen: /in its header: its quoting is broken/,
    },
    {
      name: 'a header in Latin-1',
      content: Buffer.from('n\xe4me\na\n', 'latin1'),
      seen: /text that is not valid UTF-8/,
    },
  ])('$name', async ({ content, seen }) => {
    const problem = await rig.problemOf(rig.csv(content));
    expect(problem).toBeInstanceOf(SourceError);
    expect(problem).toMatchObject({ field: 'source.uri', seen: expect.stringMatching(seen) as string });
  });

  test('a line without an end', async () => {
    const content = Buffer.alloc(4 * maxRowBytes + 1, 'x');
    expect(await rig.problemOf(rig.csv(content))).toMatchObject({
      seen: expect.stringMatching(/line 1, which should be the header, is longer than \d+ bytes/) as string,
    });
  });

  test('NDJSON without a line', async () => {
    expect(await rig.problemOf({ uri: rig.write('none.ndjson', '\n\n'), format: 'ndjson' })).toMatchObject({
      seen: expect.stringContaining('no rows') as string,
    });
  });
});
