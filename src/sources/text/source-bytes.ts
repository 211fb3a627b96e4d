import { createHash } from 'node:crypto';
import { SourceError } from '../../ports/source-error';
import type { SourceFile } from '../../ports/source-opener';

/** A source read once from beginning to end, hashed on the way. The next block is read while one is worked on. */
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

  /** The bytes from `start` to `end`, which leave the pass where it is. */
  peek(start: number, end: number): Promise<Buffer> {
    return this.file.read(start, Math.min(end, this.file.size));
  }

  /** The blocks not given yet. */
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
      await next.catch(() => undefined); // the file must not be closed under a read
    }
  }

  /**
   * Reads what is left, and gives the hash of the whole (lower-case hex). Throws a `SourceError` when the source
   * changed during the pass.
   */
  async finish(): Promise<string> {
    for await (const block of this.blocks()) void block;
    if (!(await this.file.isUnchanged())) throw restless(this.uri, 'changed');
    return this.hash.digest('hex');
  }

  private readAt(start: number): Promise<Buffer> {
    const read = this.file.read(start, Math.min(this.file.size, start + this.blockBytes));
    read.catch(() => undefined); // it is awaited later, and may fail before
    return read;
  }
}

const restless = (uri: string, what: string): SourceError =>
  new SourceError(
    'source.uri',
    `${uri} (${what} while it was read)`,
    'a file that does not change while it is read',
  );
