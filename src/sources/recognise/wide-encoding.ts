import { isUtf8 } from 'node:buffer';
import { sampleText } from './sample-text';

const wideEncodings = ['utf-32le', 'utf-32be', 'utf-16le', 'utf-16be'];
/** How much to judge, in bytes. */
const judgedBytes = 64 * 1024;
/** Below this share of zero bytes, a text is UTF-8 with stray zeros. */
const leastZeros = 0.1;
/** Maximum share of characters that do not occur in text. */
const mostOdd = 0.02;

/**
 * The encoding of a text without a byte order mark whose characters take two or four bytes, judged by its zero bytes;
 * null if it is not such a text.
 */
export function wideEncoding(sample: Buffer): string | null {
  if (!sample.includes(0)) return null;
  const bytes = sample.subarray(
    0,
    Math.min(judgedBytes, sample.length - (sample.length % 4)) || sample.length,
  );
  const zeros = bytes.reduce((count, byte) => (byte === 0 ? count + 1 : count), 0);
  if (zeros < leastZeros * bytes.length && isUtf8(sample)) return null;
  const texts = wideEncodings
    .map((encoding) => ({ encoding, ...judge(sampleText(encoding, bytes)) }))
    .filter(({ odd, hasLines, length }) => hasLines && odd <= mostOdd * length);
  const [best, second] = texts.sort((a, b) => b.ascii - a.ascii);
  return best !== undefined && best.ascii > 2 * (second?.ascii ?? 0) ? best.encoding : null;
}

/** Counts the characters that every text of rows contains, and those that none does. */
function judge(text: string): { ascii: number; odd: number; hasLines: boolean; length: number } {
  const ascii = text.match(/[\t\n\r -~]/g)?.length ?? 0;
  const odd = text.match(/(?![\t\n\r])\p{Cc}|[\ufffd\p{Cn}]/gu)?.length ?? 0;
  return { ascii, odd, hasLines: /[\n\r]/.test(text), length: text.length };
}
