/** Length of a byte order mark in UTF-8. */
const markBytes = 3;

/**
 * Where the text of a row begins that starts at `start`: behind the byte order marks that it has when files were put
 * together.
 */
export function behindMarks(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += markBytes;
  return at;
}
