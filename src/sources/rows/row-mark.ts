/** Length of a byte order mark in UTF-8. */
const markBytes = 3;

/**
 * The start of the text of a row that begins at `start`: after byte order marks, which rows have in concatenated files.
 */
export function behindMarks(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += markBytes;
  return at;
}
