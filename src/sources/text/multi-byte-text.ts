import { TextDecoder } from 'node:util';
import { isTurnOver, nextTurn } from '../../ports/give-way';

const replacement = '\ufffd';
const lineFeed = 0x0a;
/** Bytes below this never belong to a longer sequence, except in ISO-2022-JP, where each line starts over. */
const leastPart = 0x30;
const longestSequence = 4;

/** Maximum run of bytes without one that ends all sequences. A longer one is not a row anyway. */
const maxRun = 1024 * 1024;
/** Maximum bytes to decode again to find what is not a character in a run. Beyond that, the whole run is kept. */
const maxDecodedAgain = 16 * 1024 * 1024;

/** The character U+FFFD itself, which GB 18030 can encode. */
const ownReplacement = Buffer.from([0x84, 0x31, 0xa4, 0x37]);

/** A byte that never occurs in UTF-8. */
const neverUtf8 = 0xff;

/** Encodes bytes that are not text in a form that never occurs in UTF-8, without bytes below 0x80. */
export function keptBytes(bytes: Buffer): Buffer {
  const kept = [neverUtf8];
  for (const byte of bytes) {
    if (byte < 0x80) kept.push(0xc0 | (byte >> 6), 0x80 | (byte & 0x3f));
    else kept.push(byte);
  }
  return Buffer.from(kept);
}

/** A text in an East Asian encoding, whose characters take one or several bytes. */
export class MultiByteText {
  private readonly decoder: TextDecoder;
  private readonly isLineWise: boolean;
  private bytesLeft = 0;

  constructor(private readonly encoding: string) {
    this.decoder = new TextDecoder(encoding);
    this.isLineWise = encoding === 'iso-2022-jp';
  }

  /** The text as UTF-8, with undecodable bytes as in {@link keptBytes}. */
  async *decoded(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let rest: Buffer = Buffer.alloc(0);
    for await (const block of blocks) {
      const bytes = rest.length === 0 ? block : Buffer.concat([rest, block]);
      const found = this.lastEnd(bytes);
      const end = found === 0 && bytes.length > maxRun ? bytes.length : found;
      yield* this.runs(bytes.subarray(0, end));
      rest = Buffer.from(bytes.subarray(end));
    }
    yield* this.runs(rest);
  }

  private isEnd(byte: number): boolean {
    return this.isLineWise ? byte === lineFeed : byte < leastPart;
  }

  private lastEnd(bytes: Buffer): number {
    let end = bytes.length;
    while (end > 0 && !this.isEnd(bytes[end - 1] ?? 0)) end -= 1;
    return end;
  }

  /** Decodes bytes that start and end with complete characters. */
  private async *runs(bytes: Buffer): AsyncGenerator<Buffer> {
    const text = this.decoder.decode(bytes);
    if (!text.includes(replacement)) {
      yield Buffer.from(text);
      return;
    }
    this.bytesLeft = maxDecodedAgain;
    for (let at = 0, end = 0; at < bytes.length; at = end) {
      while (end < bytes.length && !this.isEnd(bytes[end] ?? 0)) end += 1;
      end = Math.min(bytes.length, end + 1);
      yield this.run(bytes.subarray(at, end));
      if (isTurnOver()) await nextTurn();
    }
  }

  /** Decodes a run, including the byte that ends it. */
  private run(bytes: Buffer): Buffer {
    const text = this.decoder.decode(bytes);
    if (!text.includes(replacement)) return Buffer.from(text);
    if (!this.isLineWise) return Buffer.concat(this.sequences(bytes, text));
    const length = bytes.length - (bytes.at(-1) === lineFeed ? 1 : 0);
    return Buffer.concat([keptBytes(bytes.subarray(0, length)), bytes.subarray(length)]);
  }

  /** The characters of a run, according to `text`, and the bytes that are not characters. */
  private sequences(run: Buffer, text: string): Buffer[] {
    const parts: Buffer[] = [];
    for (let rest = text, at = 0; at < run.length;) {
      if (this.bytesLeft <= 0) return [...parts, keptBytes(run.subarray(at))];
      const length = this.lengthAt(run, at, rest);
      const sequence = run.subarray(at, at + length);
      const character = this.decoder.decode(sequence);
      const isSound = !character.includes(replacement) || this.isOwnReplacement(sequence);
      parts.push(isSound ? Buffer.from(character) : keptBytes(sequence));
      rest = rest.slice(character.length);
      at += length;
    }
    return parts;
  }

  /** Length of the sequence after which the run decodes to `rest`. */
  private lengthAt(run: Buffer, at: number, rest: string): number {
    const longest = Math.min(longestSequence, run.length - at);
    for (let length = 1; length < longest; length += 1) {
      const first = this.decoder.decode(run.subarray(at, at + length));
      this.bytesLeft -= run.length - at;
      if (first + this.decoder.decode(run.subarray(at + length)) === rest) return length;
    }
    return longest;
  }

  private isOwnReplacement(sequence: Buffer): boolean {
    return this.encoding === 'gb18030' && sequence.equals(ownReplacement);
  }
}
