import type { Source } from '../core/pipeline/source';
import { SourceError } from '../ports/source-error';
import type { StoredObject } from '../core/stored-object';
import { BatchPlanner } from './batch-planner';
import { byteOrderMark, encodingOf, toUtf8, withoutMark } from './text/encoding';
import { gunzip, isGzip } from './text/gunzip';
import { writePlan } from './plan-file';
import { rowFormats } from './formats/row-formats';
import { recognise, sampleBytes, type Recognised } from './recognise/recognise';
import { sampled } from './recognise/sampled';
import { unmappedWarnings } from './rows/column-mapping';
import { rowLimits } from './rows/row-limits';
import { defaultBlockBytes, requireStore, type SourceOptions } from './source-options';
import { RowSplitter, type SplitBytes } from './rows/row-splitter';
import { inPieces } from './text/pieces';
import { SourceBytes } from './text/source-bytes';
import { givingWay } from '../ports/give-way';
import { claimUpload, uploadOf } from '../ports/uploads';
import type { SourceFile } from '../ports/source-opener';
import type { RowFormat } from './formats/row-format';
import type { PinnedSource, PlanSource } from '../ports/batch-reader';
import type { ObjectStore } from '../ports/object-store';

/** Most batches of a plan; each is a request, of which a key has few. */
const maxBatches = 1_000_000;

/**
 * Plans sources in one pass that holds a few blocks of the source and about one row at a time, and gives way to others
 * on the way. The batches' byte ranges follow each other without a gap from the first row to the end of the text. A
 * source that is compressed, not in UTF-8, or on this host alone while the store is not, is copied into the store on
 * the way. Throws `SourceError` for a source that cannot be read, changes meanwhile, has no rows, or has a header that
 * cannot be used.
 */
export function createPlanSource(options: SourceOptions): PlanSource {
  const blockBytes = options.blockBytes ?? defaultBlockBytes;
  return async (source, { batchSize, folder, onProgress = () => undefined }) => {
    const store = requireStore(options);
    encodingOf(source); // before anything is opened
    options.opener.check(source.uri);
    const file = await options.opener.open(source.uri);
    try {
      const head = await file.read(0, Math.min(3, file.size));
      const bytes = new SourceBytes(source.uri, file, blockBytes, onProgress);
      const plain = isGzip(head) ? gunzip(source.uri, bytes) : bytes.blocks();
      const { sample, whole, blocks } = await sampled(inPieces(plain), sampleBytes);
      const recognised = recognise(source, sample, whole);
      const planning = { source, head, bytes, batchSize, recognised, blocks };
      const { pinned, planner } = await pass(store, folder, file, planning);
      const plan = await writePlan(store, `${folder}/plan.jsonl`, pinned, planner);
      const upload = uploadOf(plan.uri, folder, source.uri);
      if (upload !== null) await claimUpload(store, upload, folder);
      return { plan, findings: recognised.findings, warnings: unmappedWarnings(source, pinned.columns) };
    } finally {
      await file.close();
    }
  };
}

interface Planning {
  source: Source;
  /** The first bytes of the file. */
  head: Buffer;
  bytes: SourceBytes;
  batchSize: number;
  /** How it is read, by its beginning. */
  recognised: Recognised;
  /** Its bytes, not compressed. */
  blocks: AsyncIterable<Buffer>;
}

async function pass(
  store: ObjectStore,
  folder: string,
  file: SourceFile,
  planning: Planning,
): Promise<{ pinned: PinnedSource; planner: BatchPlanner }> {
  const { source, bytes } = planning;
  const { form } = planning.recognised;
  const copied = needsCopy(store, planning);
  const text = new PlannedText(planning, copied ? 0 : byteOrderMark(form.encoding, planning.head));
  const blocks = text.through(readableText(planning));
  const copy: StoredObject | null = copied
    ? await store.write(`${folder}/source.${form.format}`, blocks)
    : await drained(blocks);
  const whole = { bytes: file.size, sha256: await bytes.finish() };
  const { columns, planner } = text;
  const pinned = {
    source,
    ...whole,
    text: copy ?? { uri: source.uri, ...whole },
    columns,
    form,
    findings: planning.recognised.findings,
    limits: rowLimits,
  };
  return { pinned, planner };
}

function needsCopy(store: ObjectStore, { source, head, recognised }: Planning): boolean {
  const outOfReach = source.uri.startsWith('file:') && !store.local;
  return outOfReach || isGzip(head) || recognised.form.encoding !== 'utf-8';
}

/** The source as UTF-8, neither compressed nor with a byte order mark. */
function readableText({ recognised, blocks }: Planning): AsyncIterable<Buffer> {
  const { encoding } = recognised.form;
  const text = withoutMark(encoding, blocks);
  return encoding === 'utf-8' ? text : toUtf8(encoding, text);
}

async function drained(blocks: AsyncIterable<Buffer>): Promise<null> {
  for await (const block of blocks) void block;
  return null;
}

/** A text that is planned while it passes through. */
class PlannedText {
  columns: string[] = [];
  readonly planner: BatchPlanner;
  private readonly splitter: RowSplitter;
  private readonly format: RowFormat;
  private readHeader: RowFormat['readHeader'];

  constructor(
    private readonly planning: Planning,
    offset: number,
  ) {
    const { batchSize, recognised } = planning;
    this.format = rowFormats[recognised.form.format];
    this.planner = new BatchPlanner(batchSize, offset);
    this.splitter = new RowSplitter(this.format.splitRows(recognised.form), rowLimits.rowBytes);
    this.readHeader = this.format.readHeader;
  }

  /** Gives the blocks as they come. Throws a `SourceError` when they are no rows. */
  async *through(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const block of blocks) {
      await this.takeAll(this.splitter.push(block));
      yield block;
    }
    await this.takeAll(this.splitter.end());
    this.planner.finish();
    if (this.planner.rows > 0) return;
    const { seen, accepted } = this.format.noRows(this.readHeader === null);
    throw new SourceError('source.uri', `${this.planning.source.uri} (${seen})`, accepted);
  }

  private async takeAll(splits: Iterable<SplitBytes>): Promise<void> {
    for await (const split of givingWay(splits)) this.take(split);
  }

  private take(split: SplitBytes): void {
    const { source, batchSize, recognised } = this.planning;
    const first = split.rows[0];
    if (this.readHeader !== null && first !== undefined) {
      if (first.tooLong) throw headerTooLong(source.uri);
      this.columns = this.readHeader(
        source,
        recognised.form,
        first,
        split.bytes.subarray(first.start, first.end),
      );
      this.readHeader = null;
      split.rows.shift();
    }
    this.planner.add(split);
    if (this.planner.batchCount <= maxBatches) return;
    const seen = `${batchSize}, which makes more than ${maxBatches} batches of ${source.uri}`;
    throw new SourceError('batchSize', seen, 'a larger one');
  }
}

const headerTooLong = (uri: string): SourceError =>
  new SourceError(
    'source.uri',
    `${uri} (a line of more than ${rowLimits.rowBytes} bytes for a header)`,
    'a line of column names, and lines that end with LF or CRLF',
  );
