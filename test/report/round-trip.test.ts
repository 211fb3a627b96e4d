import fc from 'fast-check';
import type { Source } from '../../src/core/pipeline/source';
import { SourceError } from '../../src/ports/source-error';
import { cutLineEnd } from '../../src/report/source-text';
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

let imported = 0;

/** Imports a file of which some rows fail, then its failed rows, then one of them corrected. */
async function roundTrip(
  content: Buffer,
  source: (uri: string) => Source,
  refusedBits: number,
  correct: (rows: ReadRow[]) => Corrected | null,
): Promise<void> {
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
  const corrected = correct(again.rows);
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
  expect(third.rows[corrected.at]?.json).toEqual(corrected.json);
  const others = (all: ReadRow[]) => all.filter((_, index) => index !== corrected.at);
  expectSame(others(third.rows), others(failed), isCsv);
}

interface Corrected {
  at: number;
  text: string;
  json: string;
}

const runs = fuzzRuns(2000);
const options = { numRuns: runs, seed: fuzzSeed() ?? 16 };

test('failed rows of any CSV are imported again as the same rows, and broken ones create nothing', async () => {
  imported = 0;
  await fc.assert(
    fc.asyncProperty(csvFile, async (file) => {
      await roundTrip(
        bytesOf(textOf(file), file),
        (uri) => sourceOf(uri, file),
        file.refused,
        () => null,
      );
    }),
    options,
  );
  expect(imported).toBeGreaterThan(runs / 3);
}, 600_000);
