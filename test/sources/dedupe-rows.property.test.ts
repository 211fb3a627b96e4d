import { stringify } from 'csv-stringify/sync';
import fc from '../support/properties';
import { hasDedupeValue } from '../../src/core/pipeline/dedupe-value';
import type { Source } from '../../src/core/pipeline/source';
import { RecordRig, readAll } from './support/planned';

const rig = new RecordRig();
afterAll(() => rig.remove());

/** Rows that can be sent without a value, by the warning of planning and by what the reader would send. */
async function countsOf(source: Source) {
  const planned = await rig.plan(source, { dedupeBy: 'd' });
  const warning = planned.warnings.find((text) => text.startsWith('options.dedupe_by'));
  const sendable = (await readAll(planned)).flatMap((row) => ('row' in row ? [row.row.read()] : []));
  const without = sendable.filter((row) => !hasDedupeValue(row, 'd')).length;
  return { warned: Number(/(\d+) of/.exec(warning ?? '0 of')?.[1]), without };
}

const cell = fc.oneof(
  fc.constantFrom('', ' ', '\u00a0', '"', '""', 'a', 'é', ' x', '\ufeff', 'd', ':'),
  fc.string({ maxLength: 4 }),
);

test('of any CSV those are counted that the reader would send without a value', async () => {
  const row = fc.array(cell, { minLength: 3, maxLength: 3 });
  const rows = fc.array(
    fc.oneof({ weight: 8, arbitrary: row }, fc.array(cell, { minLength: 1, maxLength: 4 })),
    {
      minLength: 1,
      maxLength: 20,
    },
  );
  await fc.assert(
    fc.asyncProperty(rows, fc.boolean(), fc.integer({ min: 0, max: 2 }), async (lines, quoted, at) => {
      const header = ['one', 'two'];
      header.splice(at, 0, 'd');
      const text = stringify([header, ...lines, ['x', 'y', 'z']], { quoted });
      const { warned, without } = await countsOf(rig.csv(text));
      expect(warned).toBe(without);
    }),
    { numRuns: 200 },
  );
});

test('of any NDJSON those are counted that the reader would send without a value', async () => {
  const value = fc.oneof(
    fc.constantFrom<unknown>('', ' ', null, 'x', ['d'], { d: 'x' }, '"d":"x"', ['', ' '], 0, '\u00a0', '{'),
    fc.jsonValue({ maxDepth: 1 }),
  );
  const object = fc.dictionary(fc.constantFrom('d', 'e', 'D', '"d"'), value, { noNullPrototype: true });
  const space = fc.constantFrom(undefined, 1);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(object, space), { maxLength: 20 }), async (objects) => {
      const lines = objects.map(([one, gap]) => JSON.stringify(one, null, gap).replaceAll('\n', ''));
      const uri = rig.write('dedupe.ndjson', [...lines, '{"d":"x"}'].join('\n'));
      const { warned, without } = await countsOf({ uri, format: 'ndjson' });
      expect(warned).toBe(without);
    }),
    { numRuns: 200 },
  );
});
