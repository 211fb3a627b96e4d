import type { Source } from '../core/pipeline/source';
import type { SourceOpener } from '../ports/source-opener';
import type { Asked } from './formats/row-format';
import { PlannedText } from './planned-text';
import { readableText } from './readable-text';
import { recognise, sampleBytes, type Recognised } from './recognise/recognise';
import { sampled } from './recognise/sampled';
import { gunzip, isGzip } from './text/gunzip';
import { inPieces } from './text/pieces';
import { SourceBytes } from './text/source-bytes';

/** Plans only the start of a source. */
const batchSize = 1;

/**
 * Detects how a source is read, and checks its header against the input, as planning would, but reads only its start.
 * Throws a `SourceError` if planning would refuse the source for that.
 */
export async function inspectSource(
  source: Source,
  opener: SourceOpener,
  asked: Asked = { dedupeBy: null, isOwnFile: false },
): Promise<Recognised> {
  opener.check(source.uri);
  const file = await opener.open(source.uri);
  try {
    const head = await file.read(0, Math.min(2, file.size));
    const bytes = new SourceBytes(source.uri, file, sampleBytes, () => undefined);
    const plain = isGzip(head) ? gunzip(source.uri, bytes) : bytes.blocks();
    const { sample, whole, blocks } = await sampled(inPieces(plain), sampleBytes);
    const text = blocks[Symbol.asyncIterator]();
    try {
      const recognised = recognise(source, sample, whole);
      const planned = new PlannedText(source, recognised, batchSize, asked, recognised.markBytes);
      await planned.begin(readableText(source, recognised, { [Symbol.asyncIterator]: () => text }));
      return recognised;
    } finally {
      await text.return?.();
    }
  } finally {
    await file.close();
  }
}
