import { createHash } from 'node:crypto';
import type { BatchRef, Source } from '../domain/import-records';
import { SourceError } from '../domain/source-error';
import type { RawRowSource, SourceRow } from '../domain/write-report';
import { decodeRow } from './decode-row';
import { openSource } from './source-file';
import { countLines, splitters } from './split-rows';

/**
 * Reads batches of local sources. A batch is read whole and its hash checked before the first row is given, so that nothing of a changed file is ever sent;
 * a changed or missing file is a `SourceError`.
 */
export function createRowSource(): RawRowSource {
  return { readBatch };
}

async function* readBatch(source: Source, columns: string[], batch: BatchRef): AsyncGenerator<SourceRow> {
  const bytes = await readRange(source, batch);
  let line = batch.firstLine;
  let position = 0;
  let rowNumber = batch.firstRow;
  for (const split of splitters[source.format](bytes, true).rows) {
    line += countLines(bytes.subarray(position, split.start));
    position = split.start;
    const raw = bytes.subarray(split.start, split.end);
    yield { rowNumber, line, raw, ...decodeRow(source, columns, split, raw) };
    rowNumber += 1;
  }
}

async function readRange(source: Source, batch: BatchRef): Promise<Buffer> {
  const file = await openSource(source.uri);
  try {
    const bytes = await file.read(batch.start, batch.end);
    if (createHash('sha256').update(bytes).digest('hex') === batch.sha256) return bytes;
  } finally {
    await file.close();
  }
  throw new SourceError(
    'source.uri',
    `${source.uri} (changed since the import began: other bytes from ${batch.start} to ${batch.end})`,
    'the file as it was then; restore it, or start a new import',
  );
}
