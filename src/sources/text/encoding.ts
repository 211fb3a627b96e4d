import type { Source } from '../../core/pipeline/source';
import { SourceError } from '../../ports/source-error';

/**
 * The standard's name of a source's encoding (WHATWG Encoding Standard), `utf-8` by default. Throws a `SourceError` for
 * one that is not known.
 */
export function encodingOf({ encoding }: Source): string {
  try {
    return new TextDecoder(encoding ?? 'utf-8').encoding;
  } catch {
    throw new SourceError(
      'source.encoding',
      JSON.stringify(encoding),
      "an encoding's name, such as utf-8, utf-16le or windows-1252",
    );
  }
}

/** Byte order marks by the encoding they stand for. */
const marks = { 'utf-8': 'efbbbf', 'utf-16le': 'fffe', 'utf-16be': 'feff' };

/**
 * The encoding whose byte order mark a text begins with, or null. It wins over what else is said of the encoding, as in
 * the standard. `head`: the first three bytes at least.
 */
export function markedEncoding(head: Buffer): string | null {
  const start = head.toString('hex', 0, 3);
  return Object.entries(marks).find(([, mark]) => start.startsWith(mark))?.[0] ?? null;
}

/** Length of the byte order mark that a text of an encoding begins with, 0 without one. */
export function byteOrderMark(encoding: string, head: Buffer): number {
  const marked = Object.entries(marks).find(([name]) => name === encoding);
  return marked !== undefined && markedEncoding(head) === encoding ? marked[1].length / 2 : 0;
}

/** The blocks without a byte order mark. */
export async function* withoutMark(encoding: string, blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const block of blocks) {
    if (head === null) {
      yield block;
      continue;
    }
    head = Buffer.concat([head, block]);
    if (head.length < 3) continue;
    yield head.subarray(byteOrderMark(encoding, head));
    head = null;
  }
  if (head !== null) yield head.subarray(byteOrderMark(encoding, head));
}
