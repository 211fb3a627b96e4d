import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Source } from '../../src/core/pipeline/source';
import { notStarted } from '../../src/core/pipeline/batch-import-end';
import { SourceError } from '../../src/ports/source-error';
import { settleRows } from '../../src/report/settle-rows';
import { Report } from '../../src/report/write-report';
import { RecordRig } from '../sources/support/planned';
import { fuzzRuns, fuzzSeed } from '../support/fuzz-runs';

const runs = fuzzRuns(150);
const rig = new RecordRig();
afterAll(() => rig.remove());

/** In every row; only a report may show it, and none of what is told of the file. */
const marker = 'hunter2-7391';
const folder = 'pipelines/test';

const bits = fc.constantFrom(
  ...[
    '"',
    '""',
    ',',
    ';',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '\0',
    '\ufeff',
    '\u001b[2J',
    '\u202e',
    '\ud800',
    'é',
    '🏛',
  ],
  ...['a', ' ', '{', '}', '[', ']', ':', '\\', '\\u0000', 'null', '1e999', '-0', '__proto__', marker],
);
const soup = fc.array(bits, { maxLength: 60 }).map((parts) => parts.join(''));
const large = fc
  .tuple(bits, fc.integer({ min: 1, max: 200_000 }))
  .map(([bit, times]) => bit.repeat(times).slice(0, 300_000));
const goodCsv = fc
  .array(fc.constant(`"${marker}",b@example.com`), { maxLength: 20 })
  .map((rows) => rows.join('\n'));
const goodNdjson = fc
  .array(
    fc
      .dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true })
      .map((row) => JSON.stringify({ ...row, marker })),
    { maxLength: 20 },
  )
  .map((rows) => rows.join('\n'));
const text = fc
  .array(fc.oneof(goodCsv, goodNdjson, soup, { weight: 1, arbitrary: large }), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('\n'));
const bytes = fc.oneof(
  { weight: 6, arbitrary: text.map((content) => Buffer.from(content)) },
  fc.uint8Array({ maxLength: 3000 }).map((content) => Buffer.from(content)),
);

/** Bytes that are changed, lost or doubled somewhere. */
const mutated = (whole: Buffer, changes: readonly [number, number, number][]): Buffer =>
  changes.reduce((content, [share, byte, kind]) => {
    const at = Math.floor(share * content.length);
    if (kind === 0) return content.subarray(0, at);
    if (kind === 1) return Buffer.concat([content.subarray(0, at), content.subarray(at - 20)]);
    const changed = Buffer.from(content);
    if (at < changed.length) changed[at] = byte;
    return changed;
  }, whole);
const changes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255), fc.nat(5)), {
  maxLength: 3,
});

const file = fc.record({
  content: bytes,
  format: fc.constantFrom<Source['format'][]>('csv', 'ndjson', 'json'),
  changes,
  packed: fc.constantFrom('no', 'whole', 'then changed'),
  encoding: fc.option(fc.constantFrom('utf-16le', 'windows-1252', 'shift_jis', 'gb18030'), {
    nil: undefined,
  }),
  delimiter: fc.option(fc.constantFrom(';', '\t', 'é', 'a'), { nil: undefined }),
  batchSize: fc.integer({ min: 1, max: 50 }),
  blockBytes: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(1_000_000)),
});

/** What makes a file of a format more likely to be one. */
const headers: Record<NonNullable<Source['format']>, (delimiter: string) => string> = {
  csv: (delimiter) => `name${delimiter}email\n`,
  ndjson: () => '',
  json: () => `[{"name":"a"},\n`,
};

test(
  'whatever a file holds, it is refused with a clear word, or each of its rows ends once',
  async () => {
    const seed = fuzzSeed();
    await fc.assert(
      fc.asyncProperty(
        file,
        async ({ content, format, changes: made, packed, batchSize, blockBytes, ...how }) => {
          const header = headers[format ?? 'csv'](how.delimiter ?? ',');
          const plain = Buffer.concat([Buffer.from(header), mutated(content, packed === 'no' ? made : [])]);
          const whole = packed === 'no' ? plain : gzipSync(plain);
          const uri = rig.write('fuzz', packed === 'then changed' ? mutated(whole, made) : whole);
          const given = Object.fromEntries(Object.entries(how).filter(([, value]) => value !== undefined));
          const source: Source = { uri, format, ...given };
          try {
            await importAll(source, batchSize, whole.length > 10_000 ? 1_000_000 : blockBytes);
          } catch (error) {
            expect(error).toBeInstanceOf(SourceError);
            expect((error as Error).message.length).toBeLessThan(3000);
            expect((error as Error).message).not.toContain(marker);
          }
        },
      ),
      { numRuns: runs, ...(seed !== undefined && { seed }) },
    );
  },
  60_000 + runs * 3000,
);

/** What a pipeline does with a file, every import failing: plan, read, settle, report. */
async function importAll(source: Source, batchSize: number, blockBytes: number): Promise<void> {
  const { plan, warnings, reader, batches } = await rig.plan(source, { batchSize, blockBytes });
  expect(JSON.stringify(warnings)).not.toContain(marker);
  let rows = 0;
  for (const { batch } of batches) {
    const end = { ...notStarted('no', 'failed'), range: null };
    const input = { plan, launchKey: 'test', batch, imports: [end] };
    const { totals } = await settleRows(rig.store, reader, folder, input, (_bytes, task) => task());
    expect(totals.failed).toBe(totals.rows);
    rows += totals.rows;
  }
  expect(rows).toBe(plan.rows);
  const report = new Report(
    rig.store,
    reader,
    folder,
    { plan, launchKey: 'test', warnings },
    () => undefined,
  );
  const { totals } = await report.write();
  expect(totals).toMatchObject({ rows, failed: rows });
}
