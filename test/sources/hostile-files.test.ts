import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Source } from '../../src/core/pipeline/source';
import type { SourceRow } from '../../src/ports/batch-reader';
import { maxBatchBytes } from '../../src/sources/batch-planner';
import { rowLimits } from '../../src/sources/rows/row-limits';
import { maxRowBytes } from '../../src/sources/rows/split-rows';
import { unpackedLimits } from '../../src/sources/text/gunzip';
import { leastStall } from '../support/longest-stall';
import { contentOf, readAll, RecordRig, type Planned } from './support/planned';

const rig = new RecordRig();
afterAll(() => rig.remove());

/** What a loaded machine makes of the 50 ms that are promised; the bench measures those. */
const maxStallMs = 400;

const brokenQuotes = expect.stringContaining('its quoting is broken') as string;
const malformedIn = (rows: SourceRow[]): number => rows.filter((row) => 'malformed' in row).length;

/** Plans a file and reads its rows one at a time, as pipelines do. */
async function countRows(source: Source): Promise<{ rows: number; malformed: number; planned: Planned }> {
  const planned = await rig.plan(source);
  let [rows, malformed] = [0, 0];
  for (let batch = 1; batch <= planned.plan.batches; batch++) {
    for await (const row of planned.reader.read(planned.plan, batch)) {
      rows += 1;
      if ('malformed' in row) malformed += 1;
    }
  }
  expect(rows).toBe(planned.plan.rows);
  return { rows, malformed, planned };
}

const many = 300_000;
const megabytes = 4_000_000;
test.each([
  { name: 'inch marks in every row', content: 'x\n' + '5" pipe\n'.repeat(many), malformed: many },
  { name: 'quotes that each row opens', content: 'x\n' + '"a\n'.repeat(many), malformed: many },
  {
    name: 'good rows and broken ones in turn',
    content: 'x\n' + '"a"\n5"\n'.repeat(many / 2),
    malformed: many / 2,
  },
  { name: 'one quote that is never closed', content: 'x\n"a\n' + 'b\n'.repeat(many), malformed: 1 },
  {
    name: 'quotes far from each other',
    content: 'x\n' + ('"a\n' + 'b\n'.repeat(1000)).repeat(300),
    malformed: 300,
  },
  { name: 'doubled quotes without end', content: `x\n"${'""'.repeat(megabytes / 4)}\nb\n`, malformed: 1 },
  { name: 'two bytes a row', content: 'x\n' + 'a\n'.repeat(many), malformed: 0 },
  {
    name: 'too many cells in every row',
    content: 'x\n' + `${','.repeat(1_000_000)}y\n`.repeat(3),
    malformed: 3,
  },
  {
    name: 'bytes that are not UTF-8',
    content: Buffer.from('x\n' + '\xff\n'.repeat(many), 'latin1'),
    malformed: many,
  },
])('a file costs what its bytes do: $name', async ({ content, malformed }) => {
  const source = rig.csv(content, { delimiter: ',', encoding: 'utf-8' });
  const { value, stallMs } = await leastStall(maxStallMs, () => countRows(source));
  expect(value.malformed).toBe(malformed);
  expect(stallMs).toBeLessThan(maxStallMs);
});

test('a text that cannot be decoded costs what its bytes do', async () => {
  const source = rig.csv(Buffer.from(`x\n${'\xff\n'.repeat(many)}`, 'latin1'), { encoding: 'shift_jis' });
  const { value, stallMs } = await leastStall(maxStallMs, () => countRows(source));
  expect(value).toMatchObject({ rows: many, malformed: many });
  expect(stallMs).toBeLessThan(maxStallMs);
});

test.each([
  { name: 'elements of one byte', content: `[1${',1'.repeat(many)}]`, rows: many + 1 },
  { name: 'objects that touch', content: '{a}'.repeat(many), rows: many },
  { name: 'one text without end', content: `[{"a":"${'\\"'.repeat(megabytes)}"}]`, rows: 1 },
  { name: 'an element over millions of lines', content: `[[${'\n'.repeat(megabytes)}],\n{a}]`, rows: 2 },
  {
    name: 'brackets without end',
    content: `[${'{"a":['.repeat(megabytes / 8)}${']}'.repeat(megabytes / 8)}]`,
    rows: 1,
  },
])('a JSON text costs what its bytes do: $name', async ({ content, rows }) => {
  const source: Source = { uri: rig.write('hostile.json', content), format: 'json' };
  const { value, stallMs } = await leastStall(maxStallMs, () => countRows(source));
  expect(value).toMatchObject({ rows, malformed: rows });
  expect(stallMs).toBeLessThan(maxStallMs);
});

describe('a row that is too long', () => {
  const lineBytes = 3 * maxRowBytes;
  const long = 'y'.repeat(lineBytes);

  test.each([
    { name: 'CSV', source: () => rig.csv(`a,b\n1,2\n${long}\n3,4\n`), first: { a: '1', b: '2' } },
    {
      name: 'CSV with quotes',
      source: () => rig.csv(`a,b\n1,2\n"${long}"\n3,4\n`),
      first: { a: '1', b: '2' },
    },
    {
      name: 'NDJSON',
      source: (): Source => ({
        uri: rig.write('long.ndjson', `{"a":1}\n${long}\n{"a":2}\n`),
        format: 'ndjson',
      }),
      first: { a: 1 },
    },
  ])('is malformed, whatever the blocks, and is not held: $name', async ({ source, first }) => {
    const input = source();
    for (const blockBytes of [100_000, 2 * lineBytes]) {
      const planned = await rig.plan(input, { batchSize: 10, blockBytes });
      const rows = await readAll(planned);
      expect(rows.map(contentOf)).toMatchObject([
        first,
        `longer than ${maxRowBytes} bytes`,
        expect.anything(),
      ]);
      expect(rows[1]).toMatchObject({ rowNumber: 2, raw: null });
      const pieces: Uint8Array[] = [];
      for await (const piece of planned.reader.line(planned.plan, rows[1]?.start ?? 0)) pieces.push(piece);
      const text = readFileSync(fileURLToPath(input.uri));
      expect(Buffer.concat(pieces).equals(text.subarray(rows[1]?.start, rows[2]?.start))).toBe(true);
    }
  });

  test('may be larger than memory: only its batch tells that it was there', async () => {
    const path = fileURLToPath(rig.write('endless.csv', 'a\n1\n'));
    const file = openSync(path, 'a');
    for (let block = 0; block < 300; block++) writeSync(file, Buffer.alloc(1024 * 1024, 'x'));
    writeSync(file, '\n2\n');
    closeSync(file);
    const before = process.memoryUsage().arrayBuffers;
    const { planned, ...counts } = await countRows({ uri: rig.uri('endless.csv'), format: 'csv' });
    expect(counts).toEqual({ rows: 3, malformed: 1 });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(150_000_000);
    expect(planned.batches).toHaveLength(1);
    writeFileSync(path, '');
  });

  test('is its first line when quotes hold it together', async () => {
    const filler = `${'x'.repeat(1023)}\n`;
    const lines = maxRowBytes / filler.length + 1;
    const rows = await rig.rowsOf(rig.csv(`name\n"open\n${filler.repeat(lines)}"\nlast\n`));
    expect(rows[0]).toMatchObject({ line: 2, malformed: brokenQuotes });
    expect(rows.at(-1)?.line).toBe(lines + 4);
    expect(rows.map(contentOf).at(-1)).toEqual({ name: 'last' });
    expect(malformedIn(rows)).toBe(2);
  });
});

describe('batches', () => {
  test('hold less rows when these are large', async () => {
    const row = `${'x'.repeat(599_999)}\n`;
    const { batches, plan } = await rig.plan(rig.csv(`name\n${row.repeat(20)}`));
    expect(plan.rows).toBe(20);
    expect(batches.map(({ rows }) => rows)).toEqual([6, 6, 6, 2]);
    for (const { start, end } of batches) expect(end - start).toBeLessThanOrEqual(maxBatchBytes);
  });

  test('of 0.1.0 keep their rows, whatever is too long or too much in a new plan', async () => {
    const object = JSON.stringify({ a: 'x'.repeat(2 * maxRowBytes), b: Array(2 * rowLimits.values).fill(1) });
    const uri = rig.write('old.ndjson', `${object}\n`);
    const { plan, reader } = await rig.plan({ uri, format: 'ndjson' });
    const limited: SourceRow[] = [];
    for await (const row of reader.read(plan, 1)) limited.push(row);
    expect(malformedIn(limited)).toBe(1);
    const old = await rig.planWithoutLimits(plan);
    const rows: SourceRow[] = [];
    for await (const row of old.reader.read(old.plan, 1)) rows.push(row);
    expect(malformedIn(rows)).toBe(0);
  });
});

describe('JSON', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

  test.each([
    { text: `{"a":${nested(rowLimits.depth - 1)}}`, malformed: null },
    { text: `{"a":${nested(rowLimits.depth)}}`, malformed: 'nested too deeply' },
    { text: `{"a":"${'['.repeat(1000)}"}`, malformed: null },
    { text: `{"a":"\\"${'['.repeat(1000)}\\\\"}`, malformed: null },
    { text: JSON.stringify({ a: Array(rowLimits.values).fill(1) }), malformed: null },
    {
      text: JSON.stringify({ a: Array(rowLimits.values + 1).fill(1) }),
      malformed: `has more than ${rowLimits.values} values`,
    },
  ])('is taken up to a depth and a number of values (case $#)', async ({ text, malformed }) => {
    const [row] = await rig.rowsOf({ uri: rig.write('deep.ndjson', text), format: 'ndjson' });
    expect(row === undefined || !('malformed' in row) ? null : row.malformed).toBe(malformed);
  });

  test('and lists in cells are bounded in the same way', async () => {
    const list = 'x;'.repeat(rowLimits.values + 1);
    const mapping = { a: { property: 'a', type: 'string' as const, separator: ';' } };
    const [row] = await rig.rowsOf(rig.csv(`a,b\n${list},1\n`, { mapping }));
    expect(row).toMatchObject({ malformed: `its column "a" has more than ${rowLimits.values} values` });
  });
});

test('a header of 140,000 columns is refused, and so is one without an end', async () => {
  const wide = Array.from({ length: 140_000 }, (_, index) => index).join(',');
  expect(await rig.problemOf(rig.csv(`${wide}\n1\n`))).toMatchObject({
    field: 'source.uri',
    seen: expect.stringContaining('a header of 140000 columns') as string,
  });
  expect(await rig.problemOf(rig.csv('name\r1\r'.repeat(1_000_000), { lineEnd: 'lf' }))).toMatchObject({
    seen: expect.stringContaining('line 1, which should be the header, is longer than') as string,
  });
});

test('a gzip file that unpacks to far more than it is is refused on the way', async () => {
  const packed = gzipSync(`a\n${`${'0'.repeat(999)}\n`.repeat(2 * 65_536)}`, { level: 9 });
  expect(await rig.problemOf(rig.csv(packed))).toMatchObject({
    field: 'source.uri',
    seen: expect.stringContaining(`unpacks to more than ${unpackedLimits.ratio} times its size`) as string,
  });
});

test('a gzip file of many members is read', async () => {
  const member = gzipSync('1\n'.repeat(10));
  const content = Buffer.concat([gzipSync('a\n'), ...Array<Buffer>(20_000).fill(member)]);
  expect((await rig.plan(rig.csv(content))).plan.rows).toBe(200_000);
});
