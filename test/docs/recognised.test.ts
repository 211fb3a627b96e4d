import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { inspectSource } from '../../src/sources/inspect-source';
import { sourceOpener } from '../support/sources';
import { TemporaryFiles } from '../support/temporary-files';

const files = new TemporaryFiles();
afterAll(() => files.remove());

/** A file of each kind, by the beginning of its row in the table. */
const examples: Record<string, string | Uint8Array> = {
  'UTF-8 with a byte order mark': '\ufeffname,city\nA,B\n',
  'UTF-16 or UTF-32 with a byte': Buffer.from('\ufeffname,city\nA,B\n', 'utf16le'),
  'UTF-16 or UTF-32 without': Buffer.from('name,city\nA,B\n', 'utf16le'),
  'not UTF-8': Buffer.from('name\nZ\xfcrich\n', 'latin1'),
  'UTF-8 with a few': Buffer.concat([Buffer.from('name\nKöln\nÉcole\n'), Buffer.from('\xfc\n', 'latin1')]),
  'a delimiter `;`': 'name;city\nA;B\n',
  'a header that several': 'last, first;mail\nA, B;c\n',
  'a line `sep=;`': 'sep=;\nname;city\nA;B\n',
  'a header of one cell': 'note\nHello, you\nYes\nOne, two, three\n',
  'a title above the header, padded': 'Companies;\nname;city\nA;B\n',
  'a title with a delimiter': 'Customers, as of May\nname,city\nA,B\n',
  'lines in quotes': '"name;city"\n"A;B"\n"C;D"\n',
  'CR alone within': 'name,city\nA\rB,C\n',
  'a title': 'Companies\nname;city\nA;B\n',
  'a delimiter that is not': 'name^city\nA^B\n',
  'CR alone as': 'name,city\rA,B\r',
  'CR CR LF': 'name,city\r\r\nA,B\r\r\n',
  'CR alone and': 'name,city\rA,B\nC,D\n',
  'byte order marks within': 'name,city\n\ufeffA,B\n',
  'NDJSON under': '{"name":"A"}\n',
  'a JSON array': '[\n{"name":"A"}\n]\n',
  'an HTML page': '<!doctype html>\n<html></html>\n',
  'a zip archive': Buffer.from('PK\x03\x04\x14\0', 'latin1'),
  bzip2: Buffer.from('BZh91AY&SY\x8e\x1d\xff', 'latin1'),
  'gzip within': gzipSync(gzipSync('name\nA\n')),
};

const rows = readFileSync(join(__dirname, '../../docs/importing/files.md'), 'utf8')
  .split('## What is detected')[1]
  ?.split('\n## ')[0]
  ?.split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (-|What the file is)/.test(line))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

test.each(rows ?? [])('|%s%s | %s | %s is what happens', async (_, kind = '', becomes = '', said = '') => {
  const example = Object.entries(examples).find(([beginning]) => kind.startsWith(beginning));
  expect(example).toBeDefined();
  const uri = files.write('some.csv', example?.[1] ?? '');
  const seen = await inspectSource({ uri }, sourceOpener()).then(
    ({ findings }) => findings.join('\n'),
    (error: Error) => `refused: ${error.message}`,
  );
  expect(seen.startsWith('refused')).toBe(becomes.startsWith('refused'));
  expect(seen).toContain(said.replaceAll('`', ''));
});

test('the table names each kind once', () => {
  expect(rows).toHaveLength(Object.keys(examples).length);
});
