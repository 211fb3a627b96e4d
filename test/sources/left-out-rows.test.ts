import { gzipSync } from 'node:zlib';
import type { Source } from '../../src/core/pipeline/source';
import type { PinnedSource } from '../../src/ports/batch-reader';
import { contentOf, RecordRig, readAll } from './support/planned';

const rig = new RecordRig();
afterAll(() => rig.remove());

/** What planning and reading make of a source. */
async function seen(source: Source) {
  const planned = await rig.plan(source, { batchSize: 2 });
  const { leftOut } = (await planned.reader.source(planned.plan)) as Required<PinnedSource>;
  const rows = (await readAll(planned)).map((row) => ({
    row: row.rowNumber,
    line: row.line,
    ...('row' in row ? (contentOf(row) as object) : { malformed: row.malformed }),
  }));
  const { findings = [], warnings } = planned;
  return { rows, leftOut, findings, warnings };
}

test('rows without any value are counted and left out', async () => {
  const { rows, leftOut, findings, warnings } = await seen(
    rig.csv('name,domain\nAcme,acme.test\n,\n,\nBeta,beta.test\n,\n'),
  );
  expect(rows).toEqual([
    { row: 1, line: 2, name: 'Acme', domain: 'acme.test' },
    { row: 2, line: 5, name: 'Beta', domain: 'beta.test' },
  ]);
  expect(leftOut.empty).toEqual({ rows: 3, firstLines: [3, 4, 6] });
  expect({ findings, warnings }).toEqual({
    findings: ['3 rows without any value are left out (lines 3, 4, 6)'],
    warnings: [],
  });
});

test.each([
  ['fewer cells than the header', ' '],
  ['more cells than the header', ',,,,'],
  ['quotes around nothing', '"",""'],
  ['blanks in quotes, one a line end', '" \n",""'],
  ['byte order marks and quotes', '\ufeff\ufeff"",'],
  ['blanks that nobody sees', '\u00a0,\u200b\ufeff'],
])('a row of %s has no value', async (_, row) => {
  const { rows, leftOut } = await seen(rig.csv(`a,b\n1,2\n${row}\n3,4\n`));
  expect(rows.map(({ row: number }) => number)).toEqual([1, 2]);
  expect(leftOut.empty.rows).toBe(1);
});

test.each([
  ['the delimiter in quotes', '",",'],
  ['a quote', '"""",'],
  ['a NUL', '\0,'],
  ['a letter behind blanks', ' ,  x'],
  ['bytes that are no text', Buffer.from([0xff, 0x2c])],
])('a row of %s is a row', async (_, row) => {
  const content = Buffer.concat([Buffer.from('a,b\n'), Buffer.from(row), Buffer.from('\n')]);
  expect((await seen(rig.csv(content, { encoding: 'utf-8' }))).rows).toHaveLength(1);
});

test('the header is the first row with a value', async () => {
  const { rows, leftOut } = await seen(rig.csv(',\n,\nname,city\nAcme,Rome\n'));
  expect(rows).toEqual([{ row: 1, line: 4, name: 'Acme', city: 'Rome' }]);
  expect(leftOut.empty).toEqual({ rows: 2, firstLines: [1, 2] });
});

test('objects without a member, and lines of blanks, are left out of NDJSON', async () => {
  const uri = rig.write('empty.ndjson', '{ }\n{"a":1}\n  \n{}\n{"a":null}\n{"a":""}\n');
  const { rows, leftOut } = await seen({ uri, format: 'ndjson' });
  expect(rows).toEqual([
    { row: 1, line: 2, a: 1 },
    { row: 2, line: 5, a: null },
    { row: 3, line: 6, a: '' },
  ]);
  expect(leftOut.empty).toEqual({ rows: 3, firstLines: [1, 3, 4] });
});

describe('a row equal to the header', () => {
  const content =
    '\ufeffname,city\nAcme,Rome\n\ufeffname,city\n\ufeffBeta,Oslo\nname,City\n"name" , city\nname,\n';

  test('is left out, and said so', async () => {
    const { rows, leftOut, warnings } = await seen(rig.csv(content));
    expect(rows.map(({ line }) => line)).toEqual([2, 4, 6, 7]);
    expect(leftOut.repeatedHeaders).toEqual({ rows: 2, firstLines: [3, 5] });
    expect(warnings).toEqual([
      'source.uri: 2 rows equal to the header are left out (lines 3, 5), as where files were put together; source.repeatedHeaders "keep" (--keep-repeated-headers) imports such rows',
    ]);
  });

  test('is imported where the input says so', async () => {
    const { rows, leftOut, warnings } = await seen(rig.csv(content, { repeatedHeaders: 'keep' }));
    expect(rows.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(leftOut.repeatedHeaders.rows).toBe(0);
    expect(warnings).toEqual([]);
  });

  test.each([
    ['in quotes', '"name","city"'],
    ['with blanks around', ' name\t, city '],
    ['in letters of any script', '名前,город', '名前,город'],
    ['with quotes in a name', '"a ""b""",c', '"a ""b""",c'],
  ])('is found %s', async (_, repeated, header = 'name,city') => {
    const { leftOut, rows } = await seen(rig.csv(`${header}\nx,y\n${repeated}\nz,w\n`));
    expect(leftOut.repeatedHeaders).toEqual({ rows: 1, firstLines: [3] });
    expect(rows.map(({ line }) => line)).toEqual([2, 4]);
  });
});

test('files put together are read as one, compressed too', async () => {
  const member = gzipSync('name,city\nAcme,Rome\n,\n');
  const { rows, leftOut } = await seen(rig.csv(Buffer.concat([member, member])));
  expect(rows.map(({ line }) => line)).toEqual([2, 5]);
  expect(leftOut).toMatchObject({
    empty: { rows: 2, firstLines: [3, 6] },
    repeatedHeaders: { rows: 1, firstLines: [4] },
  });
});

test('all lines that are not empty are rows of a plan of 0.1.0', async () => {
  const planned = await rig.plan(rig.csv('a,b\n1,2\n,\na,b\n3,4\n', { repeatedHeaders: 'keep' }));
  const { plan, reader } = await rig.planWithoutLimits(planned.plan);
  const rows: unknown[] = [];
  const readRows = async () => {
    for await (const { line } of reader.read({ ...plan, rows: 4 }, 1)) rows.push(line);
  };
  await expect(readRows()).rejects.toThrow('has 4 rows, planned were 3');
  expect(rows).toEqual([2, 3, 4, 5]);
});

test.each(['domain,name', '"Domain", NAME'])('a header in another order (%s) is refused', async (moved) => {
  const source = rig.csv(`name,domain\nAcme,acme.test\n${moved}\nbeta.test,Beta\n`);
  const { message } = (await rig.problemOf(source)) as Error;
  expect(message).toMatch(
    /line 3 is the header again with its columns in another order.*--keep-repeated-headers/,
  );
  expect((await seen({ ...source, repeatedHeaders: 'keep' })).rows).toHaveLength(3);
});

test.each(['domain,x', 'name,name', 'domain'])('a row like the header (%s) is no header', async (row) => {
  const { rows } = await seen(rig.csv(`name,domain\nAcme,acme.test\n${row}\n`));
  expect(rows).toHaveLength(2);
});
