import type { Source } from '../core/pipeline/source';
import { SourceError } from '../ports/source-error';
import { givingWay, isTurnOver, nextTurn } from '../ports/give-way';
import type { PinnedSource, SourceForm } from '../ports/batch-reader';
import { BatchPlanner } from './batch-planner';
import { DedupeWatch } from './dedupe-watch';
import type { Asked, Notes, RowFormat, RowWatch } from './formats/row-format';
import { rowFormats } from './formats/row-formats';
import { rowDecoder } from './rows/decode-row';
import { LeftOutCount, type FindLeftOut } from './rows/left-out';
import type { Recognised } from './recognise/recognise';
import { lineEndsOf } from './rows/line-ends';
import { rowLimits } from './rows/row-limits';
import { RowSplitter, type SplitBytes } from './rows/row-splitter';
import type { SplitRow } from './rows/split-rows';

/** Maximum number of batches in a plan. Each is a request, of which a key has few. */
const maxBatches = 1_000_000;

/** How far to search for the first row: a header may not be longer than a row. */
const maxBeginningBytes = 4 * rowLimits.rowBytes;

/** A text that is planned while it passes through. */
export class PlannedText {
  /** The header's cells, once the first row has passed. */
  header: string[] = [];
  readonly planner: BatchPlanner;
  private readonly splitter: RowSplitter;
  private readonly format: RowFormat;
  private readonly form: SourceForm;
  private hasSepLine: boolean;
  private watch: RowWatch | null = null;
  private readonly leftOutCount = new LeftOutCount();
  private findLeftOut: FindLeftOut | null;

  private dedupe: DedupeWatch | null = null;

  /** `offset` is the start of the text, after a byte order mark. */
  constructor(
    private readonly source: Source,
    { form, hasSepLine }: Recognised,
    private readonly batchSize: number,
    private readonly asked: Asked,
    offset: number,
  ) {
    this.form = form;
    this.hasSepLine = hasSepLine;
    this.format = rowFormats[form.format];
    const ends = lineEndsOf[form.lineEnd];
    this.planner = new BatchPlanner(batchSize, ends, offset);
    this.findLeftOut = this.format.leftOut(form, []);
    this.splitter = new RowSplitter(this.format.splitRows(form), ends, rowLimits.rowBytes);
  }

  /** Yields the blocks unchanged. Throws a `SourceError` if they contain no rows. */
  async *through(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const block of blocks) {
      await this.takeAll(this.splitter.push(block));
      yield block;
    }
    await this.takeAll(this.splitter.end());
    this.planner.finish();
    if (this.planner.rows === 0) throw this.noRows();
  }

  /**
   * Reads blocks until the first row, which may be the header, is found, or until a few MiB contain none. Throws a
   * `SourceError` like `through`.
   */
  async begin(blocks: AsyncIterable<Buffer>): Promise<void> {
    let bytes = 0;
    for await (const block of blocks) {
      await this.takeAll(this.splitter.push(block));
      bytes += block.length;
      if (this.watch !== null || bytes > maxBeginningBytes) return;
    }
    await this.takeAll(this.splitter.end());
    if (this.watch === null) throw this.noRows();
  }

  /**
   * The messages about the text, after all of it has passed. Throws a `SourceError` if it cannot be imported as
   * requested.
   */
  notes(): Notes {
    const warnings = this.dedupe?.warnings(this.source.uri, this.format.readHeader === null) ?? [];
    const notes = [this.watch?.notes(), this.leftOutCount.notes(), { findings: [], warnings }];
    const all = (kind: keyof Notes) => notes.flatMap((each) => each?.[kind] ?? []);
    return { findings: all('findings'), warnings: all('warnings') };
  }

  /** The rows that are left out, after all have passed. */
  get leftOut(): NonNullable<PinnedSource['leftOut']> {
    return this.leftOutCount.found;
  }

  private noRows(): SourceError {
    const { seen, accepted } = this.format.noRows(this.watch !== null);
    const { uri } = this.source;
    return new SourceError('source.uri', `${uri} (${seen}${this.leftOutCount.described()})`, accepted);
  }

  private async takeAll(splits: Iterable<SplitBytes>): Promise<void> {
    for await (const split of givingWay(splits)) await this.take(split);
  }

  private async take(split: SplitBytes): Promise<void> {
    if (this.hasSepLine && split.rows.shift() !== undefined) this.hasSepLine = false;
    const rows = await this.imported(split);
    this.planner.add({ ...split, rows });
    if (this.planner.batchCount <= maxBatches) return;
    const seen = `${this.batchSize}, which makes more than ${maxBatches} batches of ${this.source.uri}`;
    throw new SourceError('batchSize', seen, 'a larger one');
  }

  /** The rows of the import among the split rows, of which the first may be the header. */
  private async imported({ bytes, rows }: SplitBytes): Promise<SplitRow[]> {
    const imported: SplitRow[] = [];
    for (const row of rows) {
      if (isTurnOver()) await nextTurn();
      const leftOut = row.tooLong ? null : (this.findLeftOut?.(row, bytes) ?? null);
      if (leftOut === 'movedHeader')
        throw movedHeader(this.source.uri, this.planner.lineAt(bytes, row.start));
      if (leftOut !== null) this.leftOutCount.add(leftOut, () => this.planner.lineAt(bytes, row.start));
      else if (this.watch === null && this.isHeader(row, bytes)) continue;
      else {
        imported.push(row);
        if (!row.tooLong) this.see(row, bytes);
      }
    }
    return imported;
  }

  private see(row: SplitRow, bytes: Buffer): void {
    const see = this.watch?.see ?? null;
    if (see === null && this.dedupe === null) return;
    const raw = bytes.subarray(row.start, row.end);
    see?.(row, raw);
    this.dedupe?.see(row, raw, () => this.planner.lineAt(bytes, row.start));
  }

  /** Starts with the first row, and returns whether it is the header. */
  private isHeader(row: SplitRow, bytes: Buffer): boolean {
    const { readHeader } = this.format;
    if (readHeader !== null) {
      if (row.tooLong) throw headerTooLong(this.source.uri, this.planner.lineAt(bytes, row.start));
      this.header = readHeader(this.source, this.form, row, bytes.subarray(row.start, row.end), this.asked);
      this.findLeftOut = this.format.leftOut(this.form, this.header);
    }
    this.watch = this.format.watch(this.source, this.form, this.header);
    this.dedupe = this.dedupeWatch();
    return readHeader !== null;
  }

  private dedupeWatch(): DedupeWatch | null {
    const { format, source, form, header } = this;
    const { dedupeBy } = this.asked;
    if (dedupeBy === null) return null;
    const decode = rowDecoder(form, rowLimits, format.readValues(source, form, header, rowLimits));
    return new DedupeWatch(dedupeBy, decode, format.surelyHasValue(source, form, header, dedupeBy));
  }
}

const headerTooLong = (uri: string, line: number): SourceError =>
  new SourceError(
    'source.uri',
    `${uri} (line ${line}, which should be the header, is longer than ${rowLimits.rowBytes} bytes)`,
    'a line of column names',
  );

const movedHeader = (uri: string, line: number): SourceError =>
  new SourceError(
    'source.uri',
    `${uri} (line ${line} is the header again with its columns in another order, as where files were put together)`,
    'files with the same columns in the same order, or each imported by itself; source.repeatedHeaders "keep" ' +
      '(--keep-repeated-headers) imports such lines as rows',
  );
