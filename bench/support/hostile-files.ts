import { createGzip } from 'node:zlib';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A file made to harm its reader, or one that is only large. */
export interface FileCase {
  name: string;
  /** Default `csv`. */
  format?: 'csv' | 'ndjson';
  /** Its content in pieces; `size` is 1, or less for a shorter run. */
  content: (size: number) => Iterable<string | Buffer>;
  packed?: boolean;
  mapping?: Record<string, unknown>;
  /** Default 1000. */
  batchSize?: number;
  /** Batches at once; default 4. */
  maxConcurrentImports?: number;
}

const mebibyte = 1024 * 1024;

/** Repeats a text, in pieces of about a MiB. */
function* repeated(text: string | Buffer, times: number): Generator<Buffer> {
  const one = Buffer.from(text);
  const atOnce = Math.max(1, Math.floor(mebibyte / one.length));
  for (let left = Math.ceil(times); left > 0; left -= atOnce)
    yield Buffer.concat(Array<Buffer>(Math.min(left, atOnce)).fill(one));
}

const lines = (text: string | Buffer, times: number, header = 'x\n') =>
  function* (size: number): Generator<string | Buffer> {
    yield header;
    yield* repeated(text, times * size);
  };

const list = (count: number, one: (index: number) => string) =>
  Array.from({ length: Math.ceil(count) }, (_, index) => one(index)).join(',');

const most = 100_000;

/** All files to try; add an entry for another one. */
export const fileCases: readonly FileCase[] = [
  {
    name: '300,000 ordinary rows',
    content: lines('Organization,o.example\n', 300_000, 'name,domain\n'),
    batchSize: most,
  },
  { name: '600,000 rows with inch marks', content: lines('5" pipe\n', 600_000), batchSize: most },
  { name: 'a quote opened in each of 600,000 rows', content: lines('"open\n', 600_000), batchSize: most },
  { name: 'good and broken rows in turn', content: lines('"a"\n5"\n', 300_000), batchSize: most },
  { name: 'a quote that is never closed', content: lines('b\n', 3_000_000, 'x\n"a\n'), batchSize: most },
  { name: '4,000,000 rows of one byte', content: lines('a\n', 4_000_000), batchSize: most },
  {
    name: '4,000,000 rows in 40 batches at once',
    content: lines('a\n', 4_000_000),
    batchSize: most,
    maxConcurrentImports: 40,
  },
  { name: '1,000 rows of 600 KB', content: lines(`${'x'.repeat(600_000)}\n`, 1000) },
  {
    name: '100,000 rows of 2 kB in one batch',
    content: lines(`${'x'.repeat(2000)}\n`, 100_000),
    batchSize: most,
  },
  { name: 'rows of 1 MB of control characters', content: lines(`${'\u0001'.repeat(1_000_000)}\n`, 80) },
  { name: 'rows of 1 MB of doubled quotes', content: lines(`"${'""'.repeat(500_000)}"\n`, 80) },
  { name: 'a line of 1 GB', content: lines('x'.repeat(1000), 1_000_000) },
  { name: 'a file of CR alone', content: lines('a\r', 10_000_000, 'x\r') },
  { name: 'a header of 1,000,000 columns', content: (size) => [list(1_000_000 * size, String), '\n1\n'] },
  { name: 'rows of 4,000,000 cells', content: lines(`${','.repeat(4_000_000)}\n`, 10) },
  {
    name: '16,000 long column names in every row',
    content: function* (size) {
      const columns = 16_000 * size;
      yield `${list(columns, (index) => `${index}-`.padEnd(200, 'n'))}\n`;
      yield* repeated(`${list(columns, () => '1')}\n`, 1000 * size);
    },
  },
  {
    name: 'JSON 1,000,000 levels deep',
    format: 'ndjson',
    content: (size) => [...repeated(`{"a":${'['.repeat(1_000_000)}}\n`, 50 * size), '{"a":1}\n'],
  },
  {
    name: 'objects of 16,000 members',
    format: 'ndjson',
    content: (size) => repeated(`{${list(16_000, (index) => `"key-${index}":${index}`)}}\n`, 500 * size),
  },
  {
    name: 'objects of 16,000 long names',
    format: 'ndjson',
    content: (size) =>
      repeated(`{${list(16_000, (index) => `"${`${index}-`.padEnd(52, 'n')}":${index}`)}}\n`, 100 * size),
  },
  {
    name: 'numbers of 1 MB of digits',
    format: 'ndjson',
    content: (size) => repeated(`{"a":0.${'1'.repeat(1_000_000)}}\n`, 80 * size),
  },
  {
    name: 'objects of 300,000 members',
    format: 'ndjson',
    content: (size) => [
      ...repeated(`{${list(300_000, (index) => `"k${index}":1`)}}\n`, 50 * size),
      '{"a":1}\n',
    ],
  },
  {
    name: 'cells of 2,000,000 parts',
    content: lines(`${'a;'.repeat(2_000_000)}\n`, 20),
    mapping: { x: { property: 'x', separator: ';' } },
  },
  { name: 'gzip that unpacks to 4 GB', content: lines(`${'0'.repeat(999)}\n`, 4_000_000), packed: true },
];

/** Writes a case's file and returns its path. */
export async function writeCase({ content, packed }: FileCase, size: number, path: string): Promise<void> {
  const pieces = Readable.from(content(size));
  const file = createWriteStream(path);
  await (packed === true ? pipeline(pieces, createGzip({ level: 9 }), file) : pipeline(pieces, file));
}
