import { createHash } from 'node:crypto';
import type { PinnedSource } from '../../ports/batch-reader';
import { SourceError } from '../../ports/source-error';
import { defaultBlockBytes, requireStore, type SourceOptions } from '../source-options';
import { inPieces } from './pieces';

/** A range of a text's bytes with a known hash. */
interface HashedRange {
  start: number;
  end: number;
  sha256: string;
}

/** Maximum range to hold while its hash is computed, in bytes. Larger ranges are read twice. */
const heldBytes = 8 * 1024 * 1024;

/** The readable text of a planned source: the source itself, or its copy in the store. */
export class PinnedText {
  constructor(
    private readonly options: SourceOptions,
    private readonly pinned: PinnedSource,
  ) {}

  /**
   * The bytes of a range in pieces. Returns none before all of them match the planned hash. Throws a `SourceError` if
   * they do not, or if the source has changed, unless it `mayDifferElsewhere`.
   */
  async *checked(
    range: HashedRange,
    { mayDifferElsewhere }: { mayDifferElsewhere: boolean },
  ): AsyncGenerator<Buffer> {
    const held: Buffer[] | null = range.end - range.start <= heldBytes ? [] : null;
    for await (const piece of this.hashed(range, mayDifferElsewhere)) held?.push(piece);
    // A second read may return other bytes, which the reader learns at its end.
    yield* held ?? this.hashed(range, mayDifferElsewhere);
  }

  /** Any range of bytes, in pieces. */
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
        if (block.length === 0) return; // it has become shorter, which the hash will show
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
