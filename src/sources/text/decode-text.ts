import { keptBytes, MultiByteText } from './multi-byte-text';
import { fromUtf32 } from './utf-32';

const replacement = '\ufffd';

/** Encodings in which some characters take several bytes. UTF-16 is handled separately. */
const multiByte = new Set(['gbk', 'gb18030', 'big5', 'euc-jp', 'iso-2022-jp', 'shift_jis', 'euc-kr']);

/**
 * Converts text of another encoding to UTF-8. Undecodable bytes are kept, after a byte that never occurs in UTF-8, so
 * that their row counts as malformed, as it would in a UTF-8 source. Those below 0x80 become the two bytes that UTF-8
 * forbids for them, so that none looks like a quote or a line end.
 */
export async function* toUtf8(encoding: string, blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (multiByte.has(encoding)) yield* new MultiByteText(encoding).decoded(blocks);
  else if (encoding.startsWith('utf-16')) yield* fromUtf16(encoding, blocks);
  else if (encoding.startsWith('utf-32')) yield* fromUtf32Blocks(encoding, blocks);
  else yield* fromSingleBytes(encoding, blocks);
}

async function* fromSingleBytes(encoding: string, blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  // As a stream, since Node 20 otherwise takes windows-1252 for Latin-1.
  for await (const block of blocks) yield fromUnits(block, decoder.decode(block, { stream: true }), 1);
}

async function* fromUtf16(encoding: string, blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // With this decoder, a byte order mark within the text is an ordinary character.
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  const [high, legitimate] = encoding === 'utf-16le' ? [1, [0xfd, 0xff]] : [0, [0xff, 0xfd]];
  let rest: Buffer = Buffer.alloc(0);
  for await (const block of blocks) {
    const bytes = rest.length === 0 ? block : Buffer.concat([rest, block]);
    let end = bytes.length - (bytes.length % 2);
    const isFirstHalf = end > 0 && ((bytes[end - 2 + high] ?? 0) & 0xfc) === 0xd8;
    if (isFirstHalf) end -= 2;
    rest = Buffer.from(bytes.subarray(end));
    const whole = bytes.subarray(0, end);
    yield fromUnits(whole, decoder.decode(whole), 2, Buffer.from(legitimate));
  }
  if (rest.length > 0) yield keptBytes(rest);
}

async function* fromUtf32Blocks(encoding: string, blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const block of blocks) {
    const bytes = rest.length === 0 ? block : Buffer.concat([rest, block]);
    const end = bytes.length - (bytes.length % 4);
    rest = Buffer.from(bytes.subarray(end));
    yield fromCharacters(encoding, bytes.subarray(0, end));
  }
  if (rest.length > 0) yield keptBytes(rest);
}

/** Converts characters of four bytes, and keeps invalid ones. */
function fromCharacters(encoding: string, bytes: Buffer): Buffer {
  const text = fromUtf32(encoding, bytes);
  if (!text.includes(replacement)) return Buffer.from(text);
  const parts = Array.from(text, (character, index) => {
    const unit = bytes.subarray(index * 4, index * 4 + 4);
    return character === replacement ? keptBytes(unit) : Buffer.from(character);
  });
  return Buffer.concat(parts);
}

/** `text` has a unit for every `unitBytes` bytes. `legitimate` are the bytes of the replacement character itself. */
function fromUnits(bytes: Buffer, text: string, unitBytes: number, legitimate?: Buffer): Buffer {
  if (!text.includes(replacement)) return Buffer.from(text);
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = text.indexOf(replacement); at !== -1; at = text.indexOf(replacement, at + 1)) {
    const unit = bytes.subarray(at * unitBytes, (at + 1) * unitBytes);
    if (legitimate !== undefined && unit.equals(legitimate)) continue;
    parts.push(Buffer.from(text.slice(from, at)), keptBytes(unit));
    from = at + 1;
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(from))]);
}
