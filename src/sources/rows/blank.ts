/** Spaces of every kind, line ends, byte order marks and other characters that nobody sees. */
const blankCharacter = /[\s\p{Z}\p{Cf}]/u;
const blankText = /^[\s\p{Z}\p{Cf}]*$/u;

/** Whether there is nothing in a text but blanks: spaces, line ends, byte order marks, what nobody sees. */
export const isBlank = (text: string): boolean => blankText.test(text);

/** A text without the blanks around it. */
export function trimmed(text: string): string {
  if (isBlank(text)) return '';
  // A pattern for the blanks at the end would try at each blank within, which is slow where there are many.
  const characters = Array.from(text);
  let [start, end] = [0, characters.length];
  while (blankCharacter.test(characters[start] ?? 'x')) start += 1;
  while (blankCharacter.test(characters[end - 1] ?? 'x')) end -= 1;
  return end - start === characters.length ? text : characters.slice(start, end).join('');
}

/** How many bytes the blank takes that stands at `at`; 0 when none does. */
export function blankBytesAt(bytes: Buffer, at: number, end: number): number {
  const byte = bytes[at] ?? 0;
  if (byte < 0x80) return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) ? 1 : 0;
  const [character = ''] = bytes.toString('utf8', at, Math.min(at + 4, end));
  return blankCharacter.test(character) ? Buffer.byteLength(character) : 0;
}

/** Behind the blanks that stand at `at`, at `end` at the latest. */
export function behindBlanks(bytes: Buffer, at: number, end: number): number {
  let behind = at;
  while (behind < end) {
    const length = blankBytesAt(bytes, behind, end);
    if (length === 0) break;
    behind += length;
  }
  return behind;
}

/** Whether there is nothing but blanks in some bytes. */
export const isBlankRange = (bytes: Buffer, start: number, end: number): boolean =>
  behindBlanks(bytes, start, end) === end;
