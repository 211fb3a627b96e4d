import { createHash } from 'node:crypto';
import type { BatchRef, ImportPlan, Source } from '../domain/import-records';
import { SourceError } from '../domain/source-error';
import type { PlanSource } from '../domain/write-report';
import { readHeader } from './read-header';
import { openSource, type SourceFile } from './source-file';
import { countLines, longestRowBytes, splitters, type Split } from './split-rows';

const blockBytes = 1024 * 1024;

/**
 * Cuts a local source into batches in one pass, holding about one row or 1 MiB of it at a time. The byte ranges follow each other without a gap from the
 * first row to the end of the file. Throws `SourceError` for a file that cannot be read, has no rows, or has a header that cannot be used.
 */
export const planSource: PlanSource = async (source, batchSize, onProgress = () => undefined) => {
  const file = await openSource(source.uri);
  try {
    const planner = new BatchPlanner(batchSize);
    let columns: string[] | null = source.format === 'csv' ? null : [];
    let offset = await byteOrderMark(source, file);
    planner.skip(offset);
    for await (const { bytes, rows, used } of blocks(source, file, offset)) {
      if (columns === null && rows[0] !== undefined) {
        columns = readHeader(source, rows[0], bytes.subarray(rows[0].start, rows[0].end));
        rows.shift();
      }
      planner.add(bytes, { rows, used });
      offset += used;
      onProgress(offset);
    }
    if (columns === null)
      throw new SourceError('source.uri', `${source.uri} (no header line)`, 'a CSV with a header line');
    return checked(source, { columns, ...planner.finish() });
  } finally {
    await file.close();
  }
};

function checked(source: Source, plan: ImportPlan): ImportPlan {
  if (plan.rows > 0) return plan;
  const seen = source.format === 'csv' ? 'a header and no rows' : 'no rows';
  throw new SourceError('source.uri', `${source.uri} (${seen})`, 'a file with at least one row');
}

async function byteOrderMark(source: Source, file: SourceFile): Promise<number> {
  const mark = (await file.read(0, Math.min(3, file.size))).toString('hex');
  if (mark.startsWith('fffe') || mark.startsWith('feff')) {
    throw new SourceError('source.uri', `${source.uri} (UTF-16)`, 'a file in UTF-8');
  }
  return mark === 'efbbbf' ? 3 : 0;
}

async function* blocks(
  source: Source,
  file: SourceFile,
  from: number,
): AsyncGenerator<Split & { bytes: Buffer }> {
  let rest: Buffer = Buffer.alloc(0);
  let read = from;
  while (read < file.size) {
    // As much again as is left over: a long row is then gone through at most twice.
    const fresh = await file.read(read, Math.min(file.size, read + Math.max(blockBytes, rest.length)));
    if (fresh.length === 0) {
      throw new SourceError(
        'source.uri',
        `${source.uri} (became shorter while it was read)`,
        'a file at rest',
      );
    }
    read += fresh.length;
    const bytes = Buffer.concat([rest, fresh]);
    const split = splitters[source.format](bytes, read === file.size);
    if (split.used === 0 && bytes.length > 2 * longestRowBytes) {
      throw new SourceError(
        'source.uri',
        `${source.uri} (a line of more than ${bytes.length} bytes)`,
        'lines that end with LF or CRLF',
      );
    }
    yield { bytes, ...split };
    rest = bytes.subarray(split.used);
  }
}

/** Collects rows into batches. A batch's range goes from its first row to the first row of the next one, or to the end of the file. */
class BatchPlanner {
  private readonly batches: BatchRef[] = [];
  private rows = 0;
  private offset = 0;
  private line = 1;
  private hash = createHash('sha256');

  constructor(private readonly batchSize: number) {}

  /** Passes over bytes that hold no line end. */
  skip(bytes: number): void {
    this.offset += bytes;
  }

  add(bytes: Buffer, { rows, used }: Split): void {
    let position = 0;
    for (const row of rows) {
      if (this.rows % this.batchSize === 0) {
        this.advance(bytes.subarray(position, row.start));
        position = row.start;
        this.closeBatch();
        this.openBatch();
      }
      this.rows += 1;
    }
    this.advance(bytes.subarray(position, used));
  }

  finish(): Pick<ImportPlan, 'rows' | 'batches'> {
    this.closeBatch();
    return { rows: this.rows, batches: this.batches };
  }

  private advance(bytes: Buffer): void {
    this.hash.update(bytes);
    this.line += countLines(bytes);
    this.offset += bytes.length;
  }

  private openBatch(): void {
    this.hash = createHash('sha256');
    this.batches.push({
      batch: this.batches.length + 1,
      firstRow: this.rows + 1,
      rows: 0,
      firstLine: this.line,
      start: this.offset,
      end: this.offset,
      sha256: '',
    });
  }

  private closeBatch(): void {
    const batch = this.batches.at(-1);
    if (batch === undefined) return;
    batch.rows = this.rows - batch.firstRow + 1;
    batch.end = this.offset;
    batch.sha256 = this.hash.digest('hex');
  }
}
