import fc from '../support/properties';
import type { Source } from '../../src/core/pipeline/source';
import type { PinnedSource } from '../../src/ports/batch-reader';
import { SourceError } from '../../src/ports/source-error';
import { cutLineEnd } from '../../src/report/source-text';
import { trimmed } from '../../src/sources/rows/blank';
import { fuzzRuns, fuzzSeed } from '../support/fuzz-runs';
import { MemoryFiles, type ReadRow } from './support/round-trip';

/** What matters of a row that is imported again: what it says, or that it says nothing. */
const contentOf = ({ json, malformed, cells }: ReadRow): unknown =>
  json ??
  (cells === null || malformed === null ? 'broken' : malformed.replace(/^not valid [A-Z].*/, 'no text'));

/** Of a file of one column, what is too many cells may be so in another way. */
const isBroken = ({ json, malformed, cells }: ReadRow, isCsv: boolean): boolean =>
  isCsv && json === null && (cells === null || /^has \d+ cells, expected 1 /.test(malformed ?? ''));

/** Rows that failed, as they must be read again. */
function expectSame(again: ReadRow[], failed: ReadRow[], isCsv: boolean): void {
  expect(again).toHaveLength(failed.length);
  for (const [index, before] of failed.entries()) {
    const now = again[index];
    if (now === undefined) throw new Error('a row is missing');
    if (isBroken(before, isCsv)) expect(now.json).toBeNull();
    else expect(contentOf(now)).toEqual(contentOf(before));
  }
}

const nasty = [
  '"',
  '""',
  ',',
  ';',
  '\t',
  '|',
  '\r',
  'ü',
  '漢',
  '🏛',
  ' ',
  'a',
  'b',
  '1',
  '=',
  "'",
  '\ufeff',
  '\\',
  '{',
];
const piece = fc.constantFrom(...nasty);
const words = fc.array(piece, { maxLength: 5 }).map((parts) => parts.join(''));
const quotedWords = fc
  .array(fc.oneof(piece, fc.constantFrom('\n', '\r\n')), { maxLength: 6 })
  .map((parts) => `"${parts.join('').replaceAll('"', '""')}"`);
const plainCell = words.map((text) => text.replace(/["\r\n]/g, ''));
/** A cell as it stands in a file, good or bad. */
const cell = fc.oneof(
  { weight: 6, arbitrary: plainCell },
  { weight: 5, arbitrary: quotedWords },
  { weight: 2, arbitrary: words },
  { weight: 1, arbitrary: fc.constantFrom('"', '5" pipe', '"open', 'close"', '"a"b', '\0', '\u{fdd0}') },
);
const name = fc.constantFrom(
  'name',
  'city',
  'note',
  ' note ',
  '',
  '"a,b"',
  '"a;b"',
  '"x\ty"',
  '"q""q"',
  'id',
  'outcome',
  '#1',
);

const csvFile = fc.record({
  width: fc.integer({ min: 1, max: 4 }),
  names: fc.array(name, { minLength: 4, maxLength: 4 }),
  delimiter: fc.constantFrom(',', ',', ';', '\t', '|'),
  lineEnd: fc.constantFrom('\n', '\n', '\r\n', '\r'),
  rows: fc.array(
    fc.record({
      cells: fc.array(cell, { minLength: 4, maxLength: 4 }),
      more: fc.constantFrom(0, 0, 0, 0, 1, -1),
    }),
    {
      minLength: 1,
      maxLength: 7,
    },
  ),
  lastEnd: fc.boolean(),
  encoding: fc.constantFrom('utf-8', 'utf-8', 'utf-8', 'latin1', 'utf-16le'),
  mark: fc.boolean(),
  bad: fc.option(fc.nat(200)),
  how: fc.constantFrom('none', 'none', 'lenient', 'delimiter', 'encoding'),
  refused: fc.nat(255),
});
type CsvFile = typeof csvFile extends fc.Arbitrary<infer T> ? T : never;

function textOf({ width, names, delimiter, lineEnd, rows, lastEnd }: CsvFile): string {
  const lines = [
    names.slice(0, width),
    ...rows.map(({ cells, more }) => cells.slice(0, Math.max(1, width + more))),
  ];
  const text = lines.map((cells) => cells.join(delimiter)).join(lineEnd) + (lastEnd ? lineEnd : '');
  // An LF outside of quotes, where a quote is broken, makes a file of two kinds of line ends, which is refused.
  return lineEnd === '\r' ? text.replaceAll('\n', '') : text;
}

function bytesOf(text: string, { encoding, mark, bad, lineEnd }: CsvFile): Buffer {
  const marked = mark && encoding !== 'latin1' ? `\ufeff${text}` : text;
  const bytes = Buffer.from(marked, encoding as BufferEncoding);
  const at = (bad ?? 0) + 20;
  // Where lines end with CR, a byte that is changed may leave an LF outside of quotes: then the file is refused.
  if (bad !== null && lineEnd !== '\r' && at < bytes.length)
    bytes[at] = encoding === 'utf-16le' ? 0xd8 : 0xe9;
  return bytes;
}

function sourceOf(uri: string, { delimiter, encoding, how }: CsvFile): Source {
  return {
    uri,
    format: 'csv',
    ...(how === 'lenient' && { lenientQuotes: true }),
    ...(how === 'delimiter' && { delimiter }),
    ...((how === 'encoding' || encoding !== 'utf-8') && { encoding }),
  };
}

/** How many files were tried, which are fewer on a slow machine, and how many were imported with failed rows. */
let [tried, imported] = [0, 0];

/** Imports a file of which some rows fail, then its failed rows, then one of them corrected. */
async function roundTrip(
  content: Buffer,
  source: (uri: string) => Source,
  refusedBits: number,
  correct: (rows: ReadRow[], pinned: PinnedSource) => Corrected | null,
): Promise<void> {
  tried += 1;
  const files = new MemoryFiles();
  const isCsv = source('').format === 'csv';
  const refused = (row: number) => ((refusedBits >> (row % 8)) & 1) === 1;
  const first = await files
    .report(source(files.put(`source.${isCsv ? 'csv' : 'ndjson'}`, content)), refused)
    .catch((error: unknown) => {
      if (error instanceof SourceError) return null;
      throw error;
    });
  const uri = first?.report.failedRowsUri ?? null;
  if (first === null || uri === null) return;
  imported += 1;
  const { rows } = first;
  const failed = rows.filter(({ json }, index) => json === null || refused(index + 1));
  const { encoding, ...unencoded } = source(uri);
  const again = await files.read(source(uri));
  expectSame(again.rows, failed, isCsv);
  if (encoding !== undefined) expectSame((await files.read(unencoded)).rows, failed, isCsv);
  const corrected = correct(again.rows, await again.reader.source(again.plan));
  if (corrected === null) return;
  const before = files.bytes(uri);
  const { start, raw } = again.rows[corrected.at] ?? { start: 0, raw: Buffer.alloc(0) };
  const { end } = cutLineEnd(raw, 'cr');
  const parts = [
    before.subarray(0, start),
    Buffer.from(corrected.text),
    end,
    before.subarray(start + raw.length),
  ];
  const third = await files.read(source(files.put('corrected', Buffer.concat(parts))));
  expect(JSON.parse(third.rows[corrected.at]?.json ?? 'null')).toEqual(JSON.parse(corrected.json));
  const others = (all: ReadRow[]) => all.filter((_, index) => index !== corrected.at);
  expectSame(others(third.rows), others(failed), isCsv);
}

interface Corrected {
  at: number;
  text: string;
  json: string;
}

const runs = fuzzRuns(2500);
const options = { seed: fuzzSeed() ?? 16 };

/** A row of a CSV as its owner would write it anew, in a file that is read like this. */
function correctedCsv(refused: number, rows: ReadRow[], { columns, form }: PinnedSource): Corrected | null {
  if (rows.length === 0) return null;
  const cells = columns.map((_, index) => `good ${index}`);
  const values = columns.flatMap((name, index) =>
    trimmed(name) === '' ? [] : [[trimmed(name), cells[index]]],
  );
  return {
    at: refused % rows.length,
    text: cells.join(form.delimiter),
    json: JSON.stringify({ default: Object.fromEntries(values) as unknown }),
  };
}

test('failed rows of any CSV are imported again as the same rows, and broken ones create nothing', async () => {
  [tried, imported] = [0, 0];
  await fc.assert(
    fc.asyncProperty(csvFile, async (file) => {
      await roundTrip(
        bytesOf(textOf(file), file),
        (uri) => sourceOf(uri, file),
        file.refused,
        (rows, pinned) => correctedCsv(file.refused, rows, pinned),
      );
    }),
    { ...options, numRuns: runs },
  );
  expect(imported).toBeGreaterThan(tried / 3);
}, 600_000);

const member = fc.constantFrom(
  ...['"a":1', '"a":"x"', '"b":9007199254740993', '"b":-0', '"b":1e400', '"c":{"d":[1,{}]}', '"a":null'],
  ...['"c":"\\ud800"', '"c":"ü 漢"', '"a" : 1 ', '"a":01', '"__proto__":1', '"d":{"e":1,"e":2}'],
);
const jsonLine = fc.oneof(
  { weight: 6, arbitrary: fc.array(member, { maxLength: 4 }).map((members) => `{${members.join()}}`) },
  fc.constantFrom('7', '[{"a":1}]', '{"a":1', '{"a":1}}', 'null', '"x"', '{}', '\u0000', '{"a":"\t"}'),
);
const jsonFile = fc.record({
  lines: fc.array(jsonLine, { minLength: 1, maxLength: 7 }),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  refused: fc.nat(255),
});

test('so are those of any NDJSON', async () => {
  [tried, imported] = [0, 0];
  await fc.assert(
    fc.asyncProperty(jsonFile, async ({ lines, lineEnd, refused }) => {
      await roundTrip(
        Buffer.from(lines.join(lineEnd)),
        (uri) => ({ uri, format: 'ndjson' }),
        refused,
        (rows) => (rows.length === 0 ? null : { at: 0, text: '{"a":2}', json: '{"default":{"a":2}}' }),
      );
    }),
    { ...options, numRuns: runs / 5 },
  );
  expect(imported).toBeGreaterThan(tried / 3);
}, 600_000);
