import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from '../support/properties';
import type { Source } from '../../src/core/pipeline/source';
import { cellsOf } from '../../src/sources/formats/csv/csv-values';
import { dialectOf } from '../../src/sources/formats/csv/dialect';
import { splitCsv } from '../../src/sources/formats/csv/split-csv';
import { firstForm } from '../../src/sources/recognise/form';
import { isBlank, trimmed } from '../../src/sources/rows/blank';
import { contentOf, readAll, RecordRig, type Planned } from './support/planned';
import type { SourceRow } from '../../src/ports/batch-reader';

const rig = new RecordRig();
afterAll(() => rig.remove());

/**
 * The batches' ranges follow each other to the end of the text, and the raw rows make up the text again but for what
 * is left out: by default empty lines.
 */
function expectTiling(
  { batches }: Planned,
  rows: SourceRow[],
  content: Buffer,
  leftOut = /^(\r?\n)*$/,
): void {
  let end = batches[0]?.start;
  for (const batch of batches) {
    expect(batch.start).toBe(end);
    end = batch.end;
  }
  expect(end).toBe(content.length);
  let at = batches[0]?.start ?? 0;
  for (const { start, raw } of rows) {
    expect(content.toString('latin1', at, start)).toMatch(leftOut);
    expect(raw === null || content.subarray(start, start + raw.length).equals(raw)).toBe(true);
    at = start + (raw?.length ?? 0);
  }
  expect(content.toString('latin1', at)).toMatch(leftOut);
  expect(rows.map((row) => row.rowNumber)).toEqual(rows.map((_, index) => index + 1));
}

const cell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r\n', 'ü', '漢', '🏛', ' ', 'a'), maxLength: 8 }),
  // Long enough for the parser to be left and come back to.
  fc.integer({ min: 2000, max: 5000 }).map((length) => 'x'.repeat(length)),
);
const header = cell.filter((name) => trimmed(name) !== '' && name.length < 100);
const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
  fc.record({
    columns: fc.uniqueArray(header, { minLength: width, maxLength: width, selector: trimmed }),
    rows: fc.array(
      fc.array(cell, { minLength: width, maxLength: width }).filter((cells) => !cells.every(isBlank)),
      { minLength: 1, maxLength: 20 },
    ),
  }),
);
const form = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|', 'ü', '🏛', 'a', ' '),
  newline: fc.constantFrom('\n', '\r\n'),
  mark: fc.boolean(),
  lastNewline: fc.boolean(),
  quoted: fc.boolean(),
});
/** Blocks of a few bytes, so that rows, characters and byte order marks are cut anywhere, and of more than a file. */
const blockBytes = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constantFrom(4096, 1_000_000));
const batchSize = fc.integer({ min: 1, max: 40 });

type Table = { columns: string[]; rows: string[][] };
type Form = { delimiter: string; newline: string; mark: boolean; lastNewline: boolean; quoted: boolean };

function csvText({ columns, rows }: Table, { delimiter, newline, mark, lastNewline, quoted }: Form): string {
  const text = stringify([columns, ...rows], {
    delimiter,
    record_delimiter: newline,
    bom: mark,
    quoted,
    quoted_empty: true,
    quoted_match: /[\r\n]/,
  });
  return lastNewline ? text : text.slice(0, -newline.length);
}

const expectedOf = ({ columns, rows }: Table): unknown[] =>
  rows.map((cells) => {
    if (cells.some((value) => value.includes('\0'))) return 'holds a NUL byte';
    const filled = columns
      .map((name, index) => [trimmed(name), cells[index]])
      .filter(([, value]) => value !== '');
    return Object.fromEntries(filled) as unknown;
  });

test('the batches of any CSV, in blocks and batches of any size, are the rows that were written', async () => {
  await fc.assert(
    fc.asyncProperty(table, form, batchSize, blockBytes, async (content, how, size, block) => {
      const text = csvText(content, how);
      const source = rig.csv(text, { delimiter: how.delimiter, repeatedHeaders: 'keep' });
      const planned = await rig.plan(source, { batchSize: size, blockBytes: block });
      expect(planned.batches).toHaveLength(Math.ceil(content.rows.length / size));
      expect((await planned.reader.source(planned.plan)).columns).toEqual(content.columns);
      const read = await readAll(planned);
      expectTiling(planned, read, Buffer.from(text));
      expect(read.map(contentOf)).toEqual(expectedOf(content));
    }),
    { numRuns: 100 },
  );
});

test('any CSV, compressed in members of any size and in another encoding, has the same rows', async () => {
  const packing = fc.record({
    encoding: fc.constantFrom('utf-8', 'utf-16le', 'utf-16be'),
    memberBytes: fc.option(fc.integer({ min: 5, max: 300 })),
  });
  await fc.assert(
    fc.asyncProperty(
      table,
      form,
      packing,
      batchSize,
      blockBytes,
      async (content, how, packed, size, block) => {
        const text = csvText(content, how);
        const { encoding, memberBytes } = packed;
        const encoded = encode(text, encoding);
        const bytes = memberBytes === null ? encoded : gzipMembers(encoded, memberBytes);
        const source = rig.csv(bytes, { delimiter: how.delimiter, encoding, repeatedHeaders: 'keep' });
        const planned = await rig.plan(source, { batchSize: size, blockBytes: block });
        const pinned = await planned.reader.source(planned.plan);
        const read = await readAll(planned);
        expectTiling(planned, read, readFileSync(fileURLToPath(pinned.text.uri)));
        expect(read.map(contentOf)).toEqual(expectedOf(content));
      },
    ),
    { numRuns: 75 },
  );
});

function encode(text: string, encoding: string): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  const littleEndian = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16le' ? littleEndian : littleEndian.swap16();
}

function gzipMembers(bytes: Buffer, memberBytes: number): Buffer {
  const members: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += memberBytes)
    members.push(gzipSync(bytes.subarray(at, at + memberBytes), { level: 1 }));
  return Buffer.concat(members);
}

const soup = fc
  .array(
    fc.oneof(
      {
        weight: 9,
        arbitrary: fc.constantFrom('"', ',', '\n', '\r\n', '\r', 'a', 'bc', '""', '\xff', 'é', '\0'),
      },
      { weight: 1, arbitrary: fc.constantFrom('x'.repeat(4000), `${'y'.repeat(499)}\n`.repeat(10)) },
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map((parts) => Buffer.from(`x,y\n_,_\n${parts.join('')}`, 'latin1'));

test('the rows of any bytes are the same whatever the sizes of batches and blocks, and none is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      soup,
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 200 }),
      async (content, size, block) => {
        const source = rig.csv(content, { delimiter: ',', encoding: 'utf-8', lineEnd: 'lf' });
        const expected = await rig.rowsOf(source, { batchSize: 100_000 });
        const planned = await rig.plan(source, { batchSize: size, blockBytes: block });
        const read = await readAll(planned);
        expect(read).toEqual(expected);
        expectTiling(planned, read, content, /^[\s,"]*$/);
      },
    ),
    { numRuns: 100 },
  );
});

test('the rows of any bytes that the parser takes whole are those that it finds', () => {
  fc.assert(
    fc.property(soup, fc.constantFrom(',', 'b', 'é'), (content, delimiter) => {
      let records: string[][];
      try {
        records = parse(content, {
          delimiter,
          record_delimiter: ['\r\n', '\n'],
          relax_column_count: true,
          skip_empty_lines: true,
        });
      } catch {
        return;
      }
      const dialect = dialectOf({ ...firstForm({ uri: '' }), delimiter });
      const { rows, used } = splitCsv(dialect, content, true);
      expect(used).toBe(content.length);
      const cells = rows.map((row) => cellsOf(dialect, row, content.subarray(row.start, row.end)));
      expect(cells).toEqual(records);
    }),
    { numRuns: 500 },
  );
});

test('the batches of any NDJSON, in blocks and batches of any size, are the objects that were written', async () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, noNullPrototype: true });
  await fc.assert(
    fc.asyncProperty(
      fc.array(object, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 25 }),
      blockBytes,
      async (objects, size, block) => {
        const text = objects.map((one) => JSON.stringify(one)).join('\n');
        const source: Source = { uri: rig.write('any.ndjson', text), format: 'ndjson' };
        const planned = await rig.plan(source, { batchSize: size, blockBytes: block });
        const read = await readAll(planned);
        expectTiling(planned, read, Buffer.from(text));
        expect(read.map(contentOf)).toEqual(objects.map((one) => JSON.parse(JSON.stringify(one)) as unknown));
      },
    ),
    { numRuns: 100 },
  );
});
