import { gzipSync } from 'node:zlib';
import type { ImportRecordsInput } from '../../src/core/pipeline/input';
import type { Source } from '../../src/core/pipeline/source';
import { testWaves, type Attacks } from './support/behind-the-wall';
import { failureOf } from './support/failure-of';
import { privateData } from './support/private-data';
import { startPipeline } from './support/victims';

const { cell } = privateData;
const million = 1_000_000;
const inches = 150_000;
const nested = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;

type Content = string | Buffer;
interface Hostile {
  content: () => Content;
  format?: Source['format'];
  source?: Partial<Source>;
  input?: Partial<ImportRecordsInput>;
  /** Rows that end as failed, of how many; or why the file is refused. */
  ends: { failed: number; rows: number } | RegExp;
}

const readToTheEnd: Record<string, Hostile> = {
  'an inch mark in each of 150,000 rows': {
    content: () => 'name\n' + '5" pipe\n'.repeat(inches),
    input: { batchSize: 100_000 },
    ends: { failed: inches, rows: inches },
  },
  'quotes that are never closed': {
    content: () => 'name\n' + `"${cell}\n`.repeat(20_000),
    input: { batchSize: 100_000 },
    ends: { failed: 20_000, rows: 20_000 },
  },
  'a line of 30 MB among good ones': {
    content: () => `first_name\n${cell}\n${'y'.repeat(30 * million)}\n${cell}\n`,
    ends: { failed: 1, rows: 3 },
  },
  'twelve rows of 600 kB': {
    content: () => `first_name\n${`${'x'.repeat(600_000)}\n`.repeat(12)}`,
    ends: { failed: 0, rows: 12 },
  },
  'a million commas in a row': {
    content: () => `first_name\n${','.repeat(million)}\n${cell}\n`,
    ends: { failed: 0, rows: 1 },
  },
  'a million commas behind a cell': {
    content: () => `first_name\n${cell}${','.repeat(million)}\n${cell}\n`,
    ends: { failed: 1, rows: 2 },
  },
  'brackets within each other': {
    content: () => [nested(50_000), nested(4000), nested(101), '{"first_name":"a"}'].join('\n'),
    format: 'ndjson',
    ends: { failed: 3, rows: 4 },
  },
  'names of members of every object': {
    content: () =>
      [
        '{"__proto__":"x","first_name":"a"}',
        '{"constructor":"x","toString":"y"}',
        '{"hasOwnProperty":1}',
      ].join('\n'),
    format: 'ndjson',
    ends: { failed: 0, rows: 3 },
  },
  'bytes that are no text': {
    content: () =>
      Buffer.concat([Buffer.from('first_name\n'), Buffer.alloc(20_000, Buffer.from([0xff, 0x0a]))]),
    source: { encoding: 'utf-8' },
    input: { batchSize: 100_000 },
    ends: { failed: 10_000, rows: 10_000 },
  },
  'control characters and escapes of a terminal': {
    content: () => `first_name\n\u001b]0;${cell}\u0007\n\u0000\n\u202e${cell}\n`,
    ends: { failed: 1, rows: 3 },
  },
};

const refused: Record<string, Hostile> = {
  '256 MiB of zeros, packed': {
    content: () => gzipSync(Buffer.alloc(256 * 1024 ** 2)),
    ends: /500 times|which should be the header, is longer/,
  },
  'rows that unpack to 500 times their size': {
    content: () => gzipSync(`a\n${`${'0'.repeat(999)}\n`.repeat(131_072)}`, { level: 9 }),
    ends: /500 times/,
  },
  'a packed file that is cut off': {
    content: () => gzipSync(`first_name\n${cell}\n`.repeat(1000)).subarray(0, 40),
    ends: /cut off/,
  },
  'a packed file within a packed file': {
    content: () => gzipSync(gzipSync(`first_name\n${cell}\n`)),
    ends: /./,
  },
  'a header of 20,000 columns': {
    content: () => `${Array.from({ length: 20_000 }, (_, index) => `${cell}${index}`).join()}\n1\n`,
    ends: /20,?000 columns/,
  },
  'a header without an end': {
    content: () => `${cell} 1 `.repeat(million),
    ends: /header/,
  },
  'bytes that are no text': {
    content: () =>
      Buffer.concat([Buffer.from('first_name\n'), Buffer.alloc(20_000, Buffer.from([0xff, 0x0a]))]),
    ends: /not valid UTF-8.*--encoding/,
  },
  'a first line that is a row, with a mapping': {
    content: () => `${cell},marked@example.com,"Marked diagnosis"\n${cell},marked-2@example.com,flu\n`,
    source: { mapping: { email: 'email' } },
    ends: /email/,
  },
  'a first line of binary data, with a mapping': {
    content: () =>
      Buffer.concat([
        Buffer.from(`\u0001\u0002${cell}\u0000`),
        Buffer.alloc(500, 0xfe),
        Buffer.from('\na\n'),
      ]),
    source: { mapping: { email: 'email' } },
    ends: /./,
  },
  'another encoding than said': {
    content: () => `${cell}\n${cell}\n`,
    source: { encoding: 'utf-16le', mapping: { email: 'email' } },
    ends: /./,
  },
  nothing: { content: () => '', ends: /./ },
};

const attacksWith = (cases: Record<string, Hostile>): Attacks =>
  Object.fromEntries(
    Object.entries(cases).map(([name, { content, format = 'csv', source = {}, input = {}, ends }], index) => [
      name,
      async (site) => {
        const uri = site.source(`${index}-${format}-${'failed' in ends ? 'read' : 'refused'}`, content());
        const pipeline = await startPipeline(site, { uri, format, ...source }, input);
        if ('failed' in ends) {
          const { totals, warnings } = await pipeline.report();
          expect(totals).toMatchObject({ ...ends, unknown: 0, created: ends.rows - ends.failed });
          expect(JSON.stringify(warnings).length).toBeLessThan(5000);
        } else {
          const { type, message } = await failureOf(pipeline.handle);
          expect(['InvalidInput', 'SourceInvalid']).toContain(type);
          expect(message).toMatch(ends);
          expect(message.length).toBeLessThan(3000);
        }
      },
    ]),
  );

testWaves({
  'files that are hard to read are read to their end': attacksWith(readToTheEnd),
  'files that cannot be read are refused, and nothing of them is told': attacksWith(refused),
});
