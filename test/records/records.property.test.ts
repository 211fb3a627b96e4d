import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import type { ImportPlan, Source } from '../../src/domain/import-records';
import type { SourceRow } from '../../src/domain/write-report';
import { planSource } from '../../src/records/plan-source';
import { createRowSource } from '../../src/records/row-source';
import { TemporaryFiles } from './temporary-files';

const files = new TemporaryFiles();
afterAll(() => files.remove());

async function readAll(source: Source, plan: ImportPlan): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for (const batch of plan.batches) {
    let count = 0;
    for await (const row of createRowSource().readBatch(source, plan.columns, batch)) {
      rows.push(row);
      count += 1;
    }
    expect(count).toBe(batch.rows);
  }
  return rows;
}

/** The batches' ranges follow each other to the end of the file, and the raw rows make up the file again but for empty lines. */
function expectTiling(plan: ImportPlan, rows: SourceRow[], content: Buffer): void {
  let end = plan.batches[0]?.start;
  for (const batch of plan.batches) {
    expect(batch.start).toBe(end);
    end = batch.end;
  }
  expect(end).toBe(content.length);
  const whole = Buffer.concat(rows.map((row) => row.raw)).toString('latin1');
  const tail = content.subarray(plan.batches[0]?.start).toString('latin1');
  expect(whole.replace(/^\r?\n/gm, '')).toBe(tail.replace(/^\r?\n/gm, ''));
  expect(rows.map((row) => row.rowNumber)).toEqual(rows.map((_, index) => index + 1));
}

const cell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r\n', 'ü', '漢', '🏛', ' ', 'a'), maxLength: 8 }),
);
const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
  fc.record({
    columns: fc.uniqueArray(
      cell.filter((name) => name !== '' && !name.startsWith('\ufeff')),
      { minLength: width, maxLength: width },
    ),
    rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 30 }),
  }),
);

test('the batches of any CSV, read back one by one, are the rows that were written', async () => {
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      async ({ columns, rows }, newline, mark, lastNewline, batchSize) => {
        const text = stringify([columns, ...rows], {
          record_delimiter: newline,
          bom: mark,
          quoted_empty: true,
          quoted_match: /[\r\n]/,
        });
        const uri = files.write('any.csv', lastNewline ? text : text.slice(0, -newline.length));
        const source: Source = { uri, format: 'csv' };
        const plan = await planSource(source, batchSize);
        expect(plan).toMatchObject({ columns, rows: rows.length });
        expect(plan.batches).toHaveLength(Math.ceil(rows.length / batchSize));
        const read = await readAll(source, plan);
        expectTiling(plan, read, readFileSync(fileURLToPath(uri)));
        expect(read.map((row) => ('row' in row ? row.row : row.malformed))).toEqual(
          rows.map((cells) => {
            const filled = columns
              .map((name, index) => [name, cells[index]])
              .filter(([, value]) => value !== '');
            return filled.length === 0 ? 'has no value' : { default: Object.fromEntries(filled) as unknown };
          }),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('the rows of any bytes are the same whatever the batch size, and none is lost', async () => {
  const soup = fc
    .array(fc.constantFrom('"', ',', '\n', '\r\n', 'a', 'bc', '""', '\xff', 'é'), {
      minLength: 1,
      maxLength: 60,
    })
    .map((parts) => Buffer.from(`x,y\n_,_\n${parts.join('')}`, 'latin1'));
  await fc.assert(
    fc.asyncProperty(soup, fc.integer({ min: 1, max: 10 }), async (content, batchSize) => {
      const source: Source = { uri: files.write('soup.csv', content), format: 'csv' };
      const [whole, cut] = await Promise.all([planSource(source, 100_000), planSource(source, batchSize)]);
      const [expected, read] = [await readAll(source, whole), await readAll(source, cut)];
      expect(read).toEqual(expected);
      expect(cut.rows).toBe(read.length);
      expectTiling(cut, read, content);
    }),
    { numRuns: 300 },
  );
});

test('the batches of any NDJSON, read back one by one, are the objects that were written', async () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, noNullPrototype: true });
  await fc.assert(
    fc.asyncProperty(
      fc.array(object, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 25 }),
      async (objects, size) => {
        const text = objects.map((one) => JSON.stringify(one)).join('\n');
        const source: Source = { uri: files.write('any.ndjson', text), format: 'ndjson' };
        const plan = await planSource(source, size);
        const read = await readAll(source, plan);
        expectTiling(plan, read, Buffer.from(text));
        expect(read.map((row) => 'row' in row && row.row.default)).toEqual(
          objects.map((one) => JSON.parse(JSON.stringify(one)) as unknown),
        );
      },
    ),
    { numRuns: 100 },
  );
});
