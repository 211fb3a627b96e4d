import { createHash } from 'node:crypto';
import { SourceError } from '../../ports/source-error';
import type { SourceFile } from '../../ports/source-opener';

/** Reads a source once from start to end, and hashes it. The next block is read while the current one is processed. */
export class SourceBytes {
  private readonly hash = createHash('sha256');
  private position = 0;

  constructor(
    private readonly uri: string,
    private readonly file: SourceFile,
    private readonly blockBytes: number,
    private readonly onProgress: (bytes: number) => void,
  ) {}

  get size(): number {
    return this.file.size;
  }

  /** The bytes from `start` to `end`, without moving the position. */
  peek(start: number, end: number): Promise<Buffer> {
    return this.file.read(start, Math.min(end, this.file.size));
  }

  /** The remaining blocks. */
  async *blocks(): AsyncGenerator<Buffer> {
    let next = this.readAt(this.position);
    try {
      while (this.position < this.file.size) {
        const block = await next;
        if (block.length === 0) throw restless(this.uri, 'became shorter');
        next = this.readAt(this.position + block.length);
        this.hash.update(block);
        this.position += block.length;
        this.onProgress(this.position);
        yield block;
      }
    } finally {
      await next.catch(() => undefined); // the file must not be closed during a read
    }
  }

  /**
   * Reads the rest, and returns the hash of the whole (lower-case hex). Throws a `SourceError` if the source changed
   * meanwhile.
   */
  async finish(): Promise<string> {
    for await (const block of this.blocks()) void block;
    if (!(await this.file.isUnchanged())) throw restless(this.uri, 'changed');
    return this.hash.digest('hex');
  }

  private readAt(start: number): Promise<Buffer> {
    const read = this.file.read(start, Math.min(this.file.size, start + this.blockBytes));
    read.catch(() => undefined); // it is awaited later, and may fail before that
    return read;
  }
}

const restless = (uri: string, what: string): SourceError =>
  new SourceError(
    'source.uri',
    `${uri} (${what} while it was read)`,
    'a file that does not change while it is read',
  );
