/** Properties of an encoding in which most characters beyond ASCII take two bytes. */
interface MultiByte {
  /** Whether a byte is a complete character. */
  isSingle(byte: number): boolean;
  /** First bytes of the characters that are most frequent in texts. */
  common: readonly (readonly [from: number, to: number])[];
}

const never = () => false;

/** East Asian encodings by their standard name. */
export const multiByteEncodings: Record<string, MultiByte> = {
  // Half-width katakana take one byte, but modern texts do not consist of them.
  shift_jis: {
    isSingle: (byte) => byte >= 0xa1 && byte <= 0xdf,
    common: [
      [0x81, 0x83],
      [0x88, 0x97],
    ],
  },
  'euc-jp': {
    isSingle: never,
    common: [
      [0xa1, 0xa1],
      [0xa4, 0xa5],
      [0xb0, 0xcf],
    ],
  },
  'euc-kr': {
    isSingle: never,
    common: [
      [0xa1, 0xa1],
      [0xb0, 0xc8],
    ],
  },
  gb18030: {
    isSingle: never,
    common: [
      [0xa1, 0xa1],
      [0xa3, 0xa3],
      [0xb0, 0xd7],
    ],
  },
  big5: {
    isSingle: never,
    common: [
      [0xa1, 0xa1],
      [0xa4, 0xc6],
    ],
  },
};

/** First bytes of kana, two-byte characters that occur in every Japanese text. */
const kana = [0xa4, 0xa5];
const withoutKana = 0.8;

/** The share, from 0 to 1, of frequent characters among those of a text in this encoding; 1 for other encodings. */
export function commonShare(encoding: string, bytes: Buffer): number {
  const known = multiByteEncodings[encoding];
  if (known === undefined) return 1;
  let [all, common] = [0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) continue;
    all += 1;
    if (known.isSingle(byte)) continue;
    at += 1;
    if (known.common.some(([from, to]) => byte >= from && byte <= to)) common += 1;
  }
  const isJapanese = encoding !== 'euc-jp' || bytes.some((byte) => kana.includes(byte));
  return all === 0 ? 1 : (isJapanese ? 1 : withoutKana) * (common / all);
}
