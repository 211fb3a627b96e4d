import { isTurnOver, nextTurn } from '../../ports/give-way';

/**
 * Size of the pieces to process. A text is read in blocks that are worth a request, and processed in smaller pieces.
 */
const pieceBytes = 256 * 1024;

/** The same bytes in pieces that are processed quickly, with turns for others in between. */
export async function* inPieces(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const block of blocks) {
    const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      if (isTurnOver()) await nextTurn();
      yield bytes.subarray(at, at + pieceBytes);
    }
  }
}
