import fc from '../../support/properties';
import { toUtf8 } from '../../../src/sources/text/decode-text';

async function decoded(encoding: string, bytes: Buffer, blockBytes = 1000): Promise<Buffer> {
  const blocks = async function* () {
    for (let at = 0; at < bytes.length; at += blockBytes)
      yield await Promise.resolve(bytes.subarray(at, at + blockBytes));
  };
  const parts: Buffer[] = [];
  for await (const part of toUtf8(encoding, blocks())) parts.push(part);
  return Buffer.concat(parts);
}

/** Bytes as the text has them that could not be decoded: behind 0xff, those of ASCII in two bytes. */
const kept = (...bytes: number[]): Buffer =>
  Buffer.from([
    0xff,
    ...bytes.flatMap((byte) => (byte < 0x80 ? [0xc0 | (byte >> 6), 0x80 | (byte & 0x3f)] : [byte])),
  ]);

test.each([
  { encoding: 'windows-1253', bytes: [0x41, 0xd2, 0x42], expected: ['A', kept(0xd2), 'B'] },
  { encoding: 'iso-8859-6', bytes: [0xfe, 0xfe, 0x0a], expected: [kept(0xfe), kept(0xfe), '\n'] },
  { encoding: 'shift_jis', bytes: [0x61, 0x81, 0x22, 0x41], expected: ['a', kept(0x81), '"A'] },
  { encoding: 'shift_jis', bytes: [0x61, 0xfd, 0x83, 0x65], expected: ['a', kept(0xfd), 'テ'] },
  { encoding: 'shift_jis', bytes: [0x83], expected: [kept(0x83)] },
  { encoding: 'gb18030', bytes: [0x81, 0x30, 0x81, 0x41], expected: [kept(0x81), '0', '丄'] },
  { encoding: 'gb18030', bytes: [0x84, 0x31, 0xa4, 0x37], expected: ['\ufffd'] },
  { encoding: 'euc-jp', bytes: [0x8f, 0xa1, 0x0a, 0xa4, 0xa2], expected: [kept(0x8f), kept(0xa1), '\nあ'] },
  { encoding: 'utf-16le', bytes: [0x22, 0xd8, 0x61, 0x00], expected: [kept(0x22, 0xd8), 'a'] },
  { encoding: 'utf-16le', bytes: [0x3d, 0xd8, 0x00, 0xde, 0xfd, 0xff], expected: ['😀\ufffd'] },
  { encoding: 'utf-16be', bytes: [0xd8, 0x3d, 0xde, 0x00, 0xdc, 0x0a], expected: ['😀', kept(0xdc, 0x0a)] },
  { encoding: 'utf-16be', bytes: [0x00, 0x61, 0xd8], expected: ['a', kept(0xd8)] },
  { encoding: 'utf-16le', bytes: [0x61, 0x00, 0x3d, 0xd8], expected: ['a', kept(0x3d, 0xd8)] },
])('keeps what $encoding cannot decode: $bytes', async ({ encoding, bytes, expected }) => {
  const whole = Buffer.concat(expected.map((part) => Buffer.from(part as string)));
  for (const blockBytes of [1, 2, 3, 5, 100]) {
    const blocks = await decoded(encoding, Buffer.from(bytes), blockBytes);
    expect(blocks.toString('hex')).toBe(whole.toString('hex'));
  }
});

const encodings = [
  'gbk',
  'gb18030',
  'big5',
  'euc-jp',
  'shift_jis',
  'euc-kr',
  'utf-16le',
  'utf-16be',
  'koi8-r',
];
const bytesOf = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x81, 0x30, 0x22, 0x0a, 0xd8)),
  {
    maxLength: 40,
  },
);

test('decodes as the standard does, wherever blocks end, but for the bytes it keeps', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...encodings),
      bytesOf,
      fc.integer({ min: 1, max: 9 }),
      async (encoding, values, blockBytes) => {
        const bytes = Buffer.from(values);
        const text = (await decoded(encoding, bytes, blockBytes)).toString('latin1');
        // Kept bytes begin with 0xff and end where a character of UTF-8 begins, or the next kept ones.
        const lenient = Buffer.from(
          text.replace(/\xff(?:[\xc0\xc1][\x80-\xbf]|[\x80-\xff])+/g, '\xef\xbf\xbd'),
          'latin1',
        );
        expect(lenient.includes(0xff)).toBe(false);
        const known = new TextDecoder(encoding, { ignoreBOM: true })
          .decode(bytes)
          .replace(/[^\ufffd\p{ASCII}]+/gu, '');
        const seen = lenient.toString('utf8').replace(/[^\ufffd\p{ASCII}]+/gu, '');
        expect(seen.replace(/\ufffd+/g, '')).toBe(known.replace(/\ufffd+/g, ''));
      },
    ),
    { numRuns: 5000 },
  );
});
