import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Source } from '../../../src/core/pipeline/source';
import { readAll, RecordRig } from '../support/planned';
import type { ObjectStore } from '../../../src/ports/object-store';

const rig = new RecordRig();
afterAll(() => rig.remove());

const text = 'name,city\nÉcole,Köln\n"a\r\nb",x\n';
const rows = [
  { line: 2, name: 'École', city: 'Köln' },
  { line: 3, name: 'a\r\nb', city: 'x' },
];
const seenIn = (pattern: RegExp) => ({ seen: expect.stringMatching(pattern) as string });

/** A store that other hosts see too. */
const remote = (): ObjectStore => ({ ...rig.store, local: false });

describe('where batches are read from', () => {
  const textUri = async (source: Source, store?: ObjectStore) => {
    const planned = await rig.plan(source, store ? { store } : {});
    const pinned = await planned.reader.source(planned.plan);
    expect(pinned.bytes).toBe(readFileSync(fileURLToPath(source.uri)).length);
    return { uri: pinned.text.uri, planned };
  };

  test('the source itself when it is UTF-8 and the store is on the same host', async () => {
    const source = rig.csv(`\ufeff${text}`, { encoding: 'UTF8' });
    expect((await textUri(source)).uri).toBe(source.uri);
  });

  test.each([
    { name: 'compressed', content: gzipSync(text), rest: {} },
    { name: 'in another encoding', content: Buffer.from(text, 'latin1'), rest: { encoding: 'latin1' } },
  ])('a copy in the store when the source is $name', async ({ content, rest }) => {
    const { uri, planned } = await textUri(rig.csv(content, rest));
    expect(uri).toBe(rig.uri('store/pipelines/test/source.csv'));
    expect(readFileSync(fileURLToPath(uri), 'utf8')).toBe(text);
    rig.write('input.csv', 'gone');
    expect(await readAll(planned)).toHaveLength(2);
  });

  test('a copy in the store when only this host has the source', async () => {
    const source: Source = { uri: rig.write('some.ndjson', '{"a":1}\n'), format: 'ndjson' };
    const { uri } = await textUri(source, remote());
    expect(uri).toBe(rig.uri('store/pipelines/test/source.ndjson'));
  });

  test('a copy that is not what it was ends the import', async () => {
    const { planned } = await textUri(rig.csv(gzipSync(text)));
    rig.write('store/pipelines/test/source.csv', text.replace('Köln', 'Kiel '));
    await expect(readAll(planned)).rejects.toMatchObject({
      name: 'SourceError',
      ...seenIn(/its copy .*source\.csv has changed since/),
    });
  });
});

describe('a compressed source', () => {
  test('is known by its first bytes, whatever its name', async () => {
    const uri = rig.write('plain.csv.gz', text);
    expect(await rig.read({ uri, format: 'csv' })).toEqual(rows);
  });

  test('may have several members, a byte order mark, and padding at its end', async () => {
    const halves = [text.slice(0, 25), text.slice(25)].map((half) => gzipSync(half));
    const content = Buffer.concat([gzipSync('\ufeff'), ...halves, Buffer.alloc(1000)]);
    expect(await rig.read(rig.csv(content), { blockBytes: 7 })).toEqual(rows);
  });

  test('may be in another encoding', async () => {
    const content = gzipSync(Buffer.from(`\ufeff${text}`, 'utf16le'));
    expect(await rig.read(rig.csv(content, { encoding: 'utf-16' }))).toEqual(rows);
  });

  const packed = gzipSync(text.repeat(1000));
  const flipped = Buffer.from(packed);
  flipped[packed.length - 6] = ~(packed[packed.length - 6] ?? 0);
  test.each([
    { name: 'cut off', content: packed.subarray(0, -20), seen: /cut off before its end/ },
    { name: 'cut off in its header', content: packed.subarray(0, 4), seen: /cut off before its end/ },
    { name: 'damaged', content: flipped, seen: /a gzip file that is damaged/ },
    {
      name: 'followed by other data',
      content: Buffer.concat([packed, Buffer.from(text)]),
      seen: /a gzip file that is damaged/,
    },
    {
      name: 'followed by padding and other data',
      content: Buffer.concat([packed, Buffer.alloc(100), packed]),
      seen: /other data after its end/,
    },
    { name: 'of an empty file', content: gzipSync(''), seen: /no header line/ },
  ])('is refused when it is $name', async ({ content, seen }) => {
    for (const blockBytes of [64, 1_000_000]) {
      expect(await rig.problemOf(rig.csv(content), { blockBytes })).toMatchObject({
        name: 'SourceError',
        field: 'source.uri',
        ...seenIn(seen),
      });
    }
  });
});

describe('a source in another encoding', () => {
  test.each([
    { encoding: 'windows-1252', bytes: [0x80, 0x99, 0xe9], expected: '€™é' },
    { encoding: 'latin1', bytes: [0x80, 0xfc], expected: '€ü' },
    { encoding: 'iso-8859-2', bytes: [0xb1, 0xb3], expected: 'ął' },
    { encoding: 'koi8-r', bytes: [0xc1, 0xc2], expected: 'аб' },
    { encoding: 'shift_jis', bytes: [0x83, 0x65, 0x83, 0x58], expected: 'テス' },
    { encoding: 'gb18030', bytes: [0xc4, 0xe3, 0x81, 0x30, 0x81, 0x30], expected: '你\u0080' },
    { encoding: 'euc-kr', bytes: [0xb0, 0xa1], expected: '가' },
  ])('reads $encoding, as ever the blocks may fall', async ({ encoding, bytes, expected }) => {
    const content = Buffer.concat([Buffer.from('a\n'), Buffer.from(bytes), Buffer.from('\n')]);
    for (const blockBytes of [1, 2, 3, 1000]) {
      const source = rig.csv(content, { encoding });
      expect(await rig.read(source, { blockBytes })).toEqual([{ line: 2, a: expected }]);
    }
  });

  test.each([
    { encoding: 'utf-16le', bad: [0x00, 0xd8, 0x61, 0x00], content: Buffer.from('a\n1\n?\n2\n', 'utf16le') },
    { encoding: 'shift_jis', bad: [0x61, 0xfd], content: Buffer.from('a\n1\n?\n2\n') },
  ])('reports rows that are not valid $encoding', async ({ encoding, bad, content }) => {
    const at = content.indexOf('?');
    const width = encoding === 'utf-16le' ? 2 : 1;
    const bytes = Buffer.concat([content.subarray(0, at), Buffer.from(bad), content.subarray(at + width)]);
    expect(await rig.read(rig.csv(bytes, { encoding }))).toEqual([
      { line: 2, a: '1' },
      {
        line: 3,
        malformed: `not valid ${encoding.toUpperCase()}; if the whole file is in another encoding, --encoding (source.encoding) names it`,
      },
      { line: 4, a: '2' },
    ]);
  });

  test('is refused when nobody knows the encoding', async () => {
    expect(await rig.problemOf(rig.csv(text, { encoding: 'klingon' }))).toMatchObject({
      name: 'SourceError',
      field: 'source.encoding',
      seen: '"klingon"',
    });
  });

  const [utf8, utf16le] = [Buffer.from('\ufeffa\nÖ\n'), Buffer.from('\ufeffa\nÖ\n', 'utf16le')];
  test.each([
    { name: 'UTF-8', given: 'windows-1252', content: utf8 },
    { name: 'UTF-8', given: 'utf-16le', content: utf8 },
    { name: 'UTF-16, little end first', given: 'utf-16be', content: utf16le },
    { name: 'UTF-16, little end first', given: undefined, content: utf16le },
    { name: 'UTF-16, big end first', given: 'windows-1252', content: Buffer.from(utf16le).swap16() },
  ])('is read as its byte order mark says: $name, given $given', async ({ given, content }) => {
    const encoding = given === undefined ? {} : { encoding: given };
    for (const bytes of [content, gzipSync(content)]) {
      for (const blockBytes of [1, 2, 1000])
        expect(await rig.read(rig.csv(bytes, encoding), { blockBytes })).toEqual([{ line: 2, a: 'Ö' }]);
    }
  });
});
