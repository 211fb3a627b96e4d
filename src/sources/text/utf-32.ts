const replacement = '\ufffd';

/** Decodes complete characters in UTF-32, which `TextDecoder` does not support. Invalid ones become U+FFFD. */
export function fromUtf32(encoding: string, bytes: Buffer): string {
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const point = encoding === 'utf-32le' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    text += isCharacter(point) ? String.fromCodePoint(point) : replacement;
  }
  return text;
}

/** Whether a number is a code point that can occur in text, so not a surrogate. */
const isCharacter = (point: number): boolean => point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
