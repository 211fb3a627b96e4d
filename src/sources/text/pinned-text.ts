import { createHash } from 'node:crypto';
import type { PinnedSource } from '../../ports/batch-reader';
import { SourceError } from '../../ports/source-error';
import { defaultBlockBytes, requireStore, type SourceOptions } from '../source-options';
import { inPieces } from './pieces';

/** Some bytes of a text, whose hash is known. */
interface HashedRange {
  start: number;
  end: number;
  sha256: string;
}

/** Most bytes of a range that are held while its hash is taken; those of more are read twice. */
const heldBytes = 8 * 1024 * 1024;

/** The readable text of a planned source: the source itself, or its copy in the store. */
export class PinnedText {
  constructor(
    private readonly options: SourceOptions,
    private readonly pinned: PinnedSource,
  ) {}

  /**
   * The bytes of a range in pieces, of which none is given before all have the hash that was planned. Throws a
   * `SourceError` when they have another, and when the source is not what it was, unless it `mayDifferElsewhere`.
   */
  async *checked(
    range: HashedRange,
    { mayDifferElsewhere }: { mayDifferElsewhere: boolean },
  ): AsyncGenerator<Buffer> {
    const held: Buffer[] | null = range.end - range.start <= heldBytes ? [] : null;
    for await (const piece of this.hashed(range, mayDifferElsewhere)) held?.push(piece);
    // What is read again may be another by now: whoever takes it learns of that at its end.
    yield* held ?? this.hashed(range, mayDifferElsewhere);
  }

  /** Any bytes, in pieces. */
  async *pieces(
    { start, end }: Pick<HashedRange, 'start' | 'end'>,
    mayDifferElsewhere = false,
  ): AsyncGenerator<Buffer> {
    yield* inPieces(
      this.inPlace ? this.blocksInPlace(start, end, mayDifferElsewhere) : await this.copy({ start, end }),
    );
  }

  private async *hashed(range: HashedRange, mayDifferElsewhere: boolean): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    for await (const piece of this.pieces(range, mayDifferElsewhere)) {
      hash.update(piece);
      yield piece;
    }
    if (hash.digest('hex') !== range.sha256) throw this.otherBytes(range);
  }

  private get inPlace(): boolean {
    return this.pinned.text.uri === this.pinned.source.uri;
  }

  private copy(range: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>> {
    return requireStore(this.options).read(this.pinned.text.uri, range);
  }

  private async *blocksInPlace(
    start: number,
    end: number,
    mayDifferElsewhere: boolean,
  ): AsyncGenerator<Buffer> {
    const { source, bytes } = this.pinned;
    const { opener, blockBytes = defaultBlockBytes } = this.options;
    const file = await opener.open(source.uri);
    try {
      if (file.size < end || (file.size !== bytes && !mayDifferElsewhere))
        throw changed(source.uri, `${bytes} bytes then, ${file.size} bytes now`);
      for (let at = start; at < end;) {
        const block = await file.read(at, Math.min(end, at + blockBytes));
        if (block.length === 0) return; // it has become shorter, which its hash will tell
        yield block;
        at += block.length;
      }
    } finally {
      await file.close();
    }
  }

  private otherBytes({ start, end }: HashedRange): SourceError {
    const { uri } = this.pinned.source;
    const place = `other bytes from ${start} to ${end}`;
    if (this.inPlace) return changed(uri, place);
    return new SourceError(
      'source.uri',
      `${uri} (its copy ${this.pinned.text.uri} has changed since: ${place})`,
      'the original copy; start a new import',
    );
  }
}

const changed = (uri: string, how: string): SourceError =>
  new SourceError(
    'source.uri',
    `${uri} (changed since the import began: ${how})`,
    'the original file; restore it, or start a new import',
  );
