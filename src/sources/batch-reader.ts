import { createHash } from 'node:crypto';
import type { PlanRef } from '../core/pipeline/plan';
import { SourceError } from '../ports/source-error';
import { rowFormats } from './formats/row-formats';
import { rowDecoder, type DecodeRow } from './rows/decode-row';
import { readBatchRef, readBytes, readPinnedSource } from './plan-file';
import { requireStore, type SourceOptions } from './source-options';
import { RowSplitter } from './rows/row-splitter';
import type { SourceOpener } from '../ports/source-opener';
import { countLines } from './rows/split-rows';
import type { BatchReader, BatchRef, PinnedSource, SourceRow } from '../ports/batch-reader';

/** Rows are looked for in so many bytes at a time. */
const windowBytes = 1024 * 1024;

/** So many plans are remembered, since every batch asks for its plan. */
const rememberedPlans = 4;

/**
 * Reads batches from the source or its copy by byte range. A batch is read whole and its hash checked before the first
 * row is given, so that nothing of a changed source is ever sent. A changed or missing source is a `SourceError`; what
 * the store cannot do is an error of its own.
 */
export function createBatchReader(options: SourceOptions): BatchReader {
  const plans = new RememberedPlans(options);
  return {
    source: async (plan) => (await plans.open(plan)).pinned,
    async *read(plan, batch) {
      const { pinned, decode } = await plans.open(plan);
      const ref = await readBatchRef(requireStore(options), plan, batch);
      const bytes = await batchBytes(options, pinned, ref);
      // Not `yield*`: it waits several turns for each row.
      for (const row of rowsIn(bytes, pinned, ref, decode)) yield row;
    },
  };
}

interface OpenPlan {
  pinned: PinnedSource;
  decode: DecodeRow;
}

/** The plans used last. */
class RememberedPlans {
  private readonly plans = new Map<string, Promise<OpenPlan>>();

  constructor(private readonly options: SourceOptions) {}

  open(plan: PlanRef): Promise<OpenPlan> {
    const key = `${plan.sha256} ${plan.uri}`;
    const opened = this.plans.get(key) ?? this.load(plan);
    this.plans.delete(key);
    this.plans.set(key, opened); // the latest is last
    const [oldest] = this.plans.keys();
    if (this.plans.size > rememberedPlans && oldest !== undefined) this.plans.delete(oldest);
    opened.catch(() => this.plans.delete(key));
    return opened;
  }

  private async load(plan: PlanRef): Promise<OpenPlan> {
    const pinned = await readPinnedSource(requireStore(this.options), plan);
    const { source } = pinned;
    return {
      pinned,
      decode: rowDecoder(source, rowFormats[source.format].readValues(source, pinned.columns)),
    };
  }
}

async function batchBytes(options: SourceOptions, pinned: PinnedSource, ref: BatchRef): Promise<Buffer> {
  const { uri } = pinned.source;
  const inPlace = pinned.text.uri === uri;
  const bytes = inPlace
    ? await readInPlace(options.opener, pinned, ref)
    : await readBytes(requireStore(options), pinned.text.uri, ref);
  if (createHash('sha256').update(bytes).digest('hex') === ref.sha256) return bytes;
  const place = `other bytes from ${ref.start} to ${ref.end}`;
  if (inPlace) throw changed(uri, place);
  throw new SourceError(
    'source.uri',
    `${uri} (its copy ${pinned.text.uri} has changed since: ${place})`,
    'the copy as it was then; start a new import',
  );
}

async function readInPlace(opener: SourceOpener, { source, bytes }: PinnedSource, ref: BatchRef) {
  const file = await opener.open(source.uri);
  try {
    if (file.size !== bytes) throw changed(source.uri, `${bytes} bytes then, ${file.size} bytes now`);
    return await file.read(ref.start, ref.end);
  } finally {
    await file.close();
  }
}

const changed = (uri: string, how: string): SourceError =>
  new SourceError(
    'source.uri',
    `${uri} (changed since the import began: ${how})`,
    'the file as it was then; restore it, or start a new import',
  );

function* rowsIn(
  bytes: Buffer,
  { source }: PinnedSource,
  ref: BatchRef,
  decode: DecodeRow,
): Generator<SourceRow> {
  const splitter = new RowSplitter(source.uri, rowFormats[source.format].splitRows(source), windowBytes);
  let line = ref.firstLine;
  let rowNumber = ref.firstRow;
  for (let at = 0; at < bytes.length; at += windowBytes) {
    const isLast = at + windowBytes >= bytes.length;
    const first = splitter.push(bytes.subarray(at, at + windowBytes));
    for (const split of [first, isLast ? splitter.end() : null]) {
      if (split === null) continue;
      let position = 0;
      for (const row of split.rows) {
        line += countLines(split.bytes.subarray(position, row.start));
        position = row.start;
        const raw = split.bytes.subarray(row.start, row.end);
        yield { rowNumber, line, raw, ...decode(row, raw) };
        rowNumber += 1;
      }
      line += countLines(split.bytes.subarray(position));
    }
  }
  if (rowNumber === ref.firstRow + ref.rows) return;
  throw new Error(
    `batch ${ref.batch} of ${source.uri} has ${rowNumber - ref.firstRow} rows, planned were ${ref.rows}`,
  );
}
