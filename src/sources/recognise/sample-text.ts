import { fromUtf32 } from '../text/utf-32';

/** Decodes the start of a text. Undecodable bytes become U+FFFD, and an incomplete last character is dropped. */
export function sampleText(encoding: string, sample: Buffer): string {
  if (encoding.startsWith('utf-32')) return fromUtf32(encoding, sample);
  return new TextDecoder(encoding).decode(sample, { stream: true });
}

/** The same as UTF-8. */
export function sampleToUtf8(encoding: string, sample: Buffer, whole: boolean): Buffer {
  if (encoding !== 'utf-8') return Buffer.from(sampleText(encoding, sample));
  return whole ? sample : sample.subarray(0, sample.length - unfinishedUtf8(sample));
}

/** How many bytes at the end belong to an incomplete UTF-8 character. */
function unfinishedUtf8(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes.at(-back) ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue; // inside a character
    const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? back : 0;
  }
  return 0;
}
