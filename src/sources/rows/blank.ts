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
