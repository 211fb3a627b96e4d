/** Spaces of every kind, line ends, byte order marks and other invisible characters. */
const blankCharacter = /[\s\p{Z}\p{Cf}]/u;
const blankText = /^[\s\p{Z}\p{Cf}]*$/u;

/** Whether a text consists of blanks only: spaces, line ends, byte order marks and other invisible characters. */
export const isBlank = (text: string): boolean => blankText.test(text);

/** The text without surrounding blanks. */
export function trimmed(text: string): string {
  if (isBlank(text)) return '';
  // A pattern for trailing blanks would be tried at every blank within, which is slow if there are many.
  const characters = Array.from(text);
  let [start, end] = [0, characters.length];
  while (blankCharacter.test(characters[start] ?? 'x')) start += 1;
  while (blankCharacter.test(characters[end - 1] ?? 'x')) end -= 1;
  return end - start === characters.length ? text : characters.slice(start, end).join('');
}

/** Length of the blank at `at` in bytes; 0 if there is none. */
export function blankBytesAt(bytes: Buffer, at: number, end: number): number {
  const byte = bytes[at] ?? 0;
  if (byte < 0x80) return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) ? 1 : 0;
  const [character = ''] = bytes.toString('utf8', at, Math.min(at + 4, end));
  return blankCharacter.test(character) ? Buffer.byteLength(character) : 0;
}

/** The index after the blanks at `at`, at most `end`. */
export function behindBlanks(bytes: Buffer, at: number, end: number): number {
  let behind = at;
  while (behind < end) {
    const length = blankBytesAt(bytes, behind, end);
    if (length === 0) break;
    behind += length;
  }
  return behind;
}

/** Whether a range of bytes consists of blanks only. */
export const isBlankRange = (bytes: Buffer, start: number, end: number): boolean =>
  behindBlanks(bytes, start, end) === end;
