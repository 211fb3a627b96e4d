import { gzipSync } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';
import fc from '../support/properties';
import type { PinnedSource } from '../../src/ports/batch-reader';
import { isBlank, trimmed } from '../../src/sources/rows/blank';
import { readAll, RecordRig } from './support/planned';

const rig = new RecordRig();
afterAll(() => rig.remove());

/** Short words of few letters, so that rows are often like the header. */
const word = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', ' ', 'é', '名', '\u00a0'), maxLength: 3 });
const blanks = fc.constantFrom('', ' ', '\t', '\u00a0', '\u200b ');
const name = word.filter((text) => !isBlank(text));

const file = fc.uniqueArray(name, { minLength: 1, maxLength: 3, selector: trimmed }).chain((header) => {
  const width = header.length;
  const line = fc.oneof(
    { weight: 3, arbitrary: fc.array(word, { minLength: width, maxLength: width }) },
    fc.array(blanks, { minLength: 1, maxLength: width + 2 }),
    fc
      .array(fc.tuple(blanks, blanks), { minLength: width, maxLength: width })
      .map((around) => header.map((text, index) => around[index]?.join(trimmed(text)) ?? '')),
  );
  return fc.record({
    header: fc.constant(header),
    leading: fc.array(fc.array(blanks, { minLength: 1, maxLength: width }), { maxLength: 2 }),
    lines: fc.array(line, { minLength: 1, maxLength: 30 }),
  });
});
const form = fc.record({
  delimiter: fc.constantFrom(',', ';', 'b', '漢'),
  newline: fc.constantFrom('\n', '\r\n'),
  quoted: fc.boolean(),
  packed: fc.boolean(),
  keep: fc.boolean(),
});

test('the counts, numbers and lines of planner and reader agree on which rows are left out', async () => {
  await fc.assert(
    fc.asyncProperty(
      file,
      form,
      fc.integer({ min: 1, max: 10 }),
      fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(4096)),
      async ({ header, leading, lines }, { delimiter, newline, quoted, packed, keep }, size, block) => {
        const isHeader = (cells: string[]) =>
          cells.length === header.length &&
          cells.every((text, index) => trimmed(text) === trimmed(header[index] ?? ''));
        const all = [...leading, header, ...lines];
        const text = all
          .map((cells) => stringify([cells], { delimiter, record_delimiter: newline, quoted }))
          .map((line) => (line === newline ? ` ${newline}` : line)) // else it is an empty line
          .join('');
        const kept = lines.flatMap((cells, index) =>
          cells.every(isBlank) || (!keep && isHeader(cells)) ? [] : [leading.length + 2 + index],
        );
        const source = rig.csv(packed ? gzipSync(text) : text, {
          delimiter,
          ...(keep && { repeatedHeaders: 'keep' }),
        });
        if (kept.length === 0) return expect(await rig.problemOf(source)).not.toBeNull();
        const planned = await rig.plan(source, { batchSize: size, blockBytes: block });
        const { leftOut } = (await planned.reader.source(planned.plan)) as Required<PinnedSource>;
        const repeated = keep ? 0 : lines.filter(isHeader).length;
        const empty = [...leading, ...lines].filter((cells) => cells.every(isBlank)).length;
        expect([leftOut.empty.rows, leftOut.repeatedHeaders.rows]).toEqual([empty, repeated]);
        expect(planned.plan).toMatchObject({ rows: kept.length, batches: Math.ceil(kept.length / size) });
        const rows = await readAll(planned);
        expect(rows.map(({ line }) => line)).toEqual(kept);
        expect(rows.map(({ rowNumber }) => rowNumber)).toEqual(kept.map((_, index) => index + 1));
      },
    ),
    { numRuns: 300 },
  );
});
