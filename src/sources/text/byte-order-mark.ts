/** Byte order marks by encoding, longer ones first, since some start with others. */
const marks: readonly (readonly [encoding: string, bytes: Buffer])[] = [
  ['utf-32le', Buffer.from('fffe0000', 'hex')],
  ['utf-32be', Buffer.from('0000feff', 'hex')],
  ['gb18030', Buffer.from('84319533', 'hex')],
  ['utf-8', Buffer.from('efbbbf', 'hex')],
  ['utf-16le', Buffer.from('fffe', 'hex')],
  ['utf-16be', Buffer.from('feff', 'hex')],
];

/** The byte order mark at the start of a text. */
export interface ByteOrderMark {
  /** The encoding's name in the WHATWG Encoding Standard, or UTF-32's. */
  encoding: string;
  /** Its length. */
  bytes: number;
}

/** The byte order mark at the start of a text, or null. */
export function byteOrderMark(head: Buffer): ByteOrderMark | null {
  const found = marks.find(([, mark]) => head.subarray(0, mark.length).equals(mark));
  return found === undefined ? null : { encoding: found[0], bytes: found[1].length };
}

/** The blocks without the first `bytes` bytes. */
export async function* withoutFirst(bytes: number, blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const block of blocks) {
    yield left === 0 ? block : block.subarray(left);
    left = Math.max(0, left - block.length);
  }
}
