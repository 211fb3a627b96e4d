import { createHash } from 'node:crypto';
import { storageError } from './storage-error';

const blockBytes = 256 * 1024;

/** A stream gathered into blocks large enough to write, with a measure of what passed through. */
export interface MeasuredBlocks {
  blocks: AsyncIterable<Buffer>;
  /** Size and SHA-256 (lower-case hex) of all blocks. Final once they are consumed; call it only once. */
  measure(): { bytes: number; sha256: string };
  /** The error to throw for a failed write: the stream's own error if the stream failed, else a StorageError. */
  failure(tried: string, error: unknown): unknown;
}

/**
 * Gathers chunks, which may be single lines, into blocks of at least 256 KiB. The last may be smaller, and an empty
 * stream has none.
 */
export function measureBlocks(
  chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): MeasuredBlocks {
  const hash = createHash('sha256');
  let bytes = 0;
  let broken: { error: unknown } | null = null;
  async function* measured() {
    try {
      for await (const block of gather(chunks)) {
        hash.update(block);
        bytes += block.length;
        yield block;
      }
    } catch (error) {
      broken = { error };
      throw error;
    }
  }
  return {
    blocks: measured(),
    measure: () => ({ bytes, sha256: hash.digest('hex') }),
    failure: (tried, error) => (broken === null ? storageError(tried, error) : broken.error),
  };
}

async function* gather(chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>) {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  for await (const chunk of chunks) {
    const piece = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    pending.push(piece);
    pendingBytes += piece.length;
    if (pendingBytes < blockBytes) continue;
    yield Buffer.concat(pending);
    pending = [];
    pendingBytes = 0;
  }
  if (pendingBytes > 0) yield Buffer.concat(pending);
}
