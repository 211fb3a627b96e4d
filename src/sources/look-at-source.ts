import type { Source } from '../core/pipeline/source';
import type { SourceOpener } from '../ports/source-opener';
import { recognise, sampleBytes, type Recognised } from './recognise/recognise';
import { sampled } from './recognise/sampled';
import { gunzip, isGzip } from './text/gunzip';
import { inPieces } from './text/pieces';
import { SourceBytes } from './text/source-bytes';

/**
 * Finds out how a source is read, by its beginning alone, as planning it would. Throws a `SourceError` for what
 * planning would refuse by that.
 */
export async function lookAtSource(source: Source, opener: SourceOpener): Promise<Recognised> {
  opener.check(source.uri);
  const file = await opener.open(source.uri);
  try {
    const head = await file.read(0, Math.min(2, file.size));
    const bytes = new SourceBytes(source.uri, file, sampleBytes, () => undefined);
    const plain = isGzip(head) ? gunzip(source.uri, bytes) : bytes.blocks();
    const { sample, whole, blocks } = await sampled(inPieces(plain), sampleBytes);
    await blocks[Symbol.asyncIterator]().return?.();
    return recognise(source, sample, whole);
  } finally {
    await file.close();
  }
}
