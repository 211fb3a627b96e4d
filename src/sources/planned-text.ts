import type { Source } from '../core/pipeline/source';
import { SourceError } from '../ports/source-error';
import { givingWay, isTurnOver, nextTurn } from '../ports/give-way';
import type { SourceForm } from '../ports/batch-reader';
import { BatchPlanner } from './batch-planner';
import type { Notes, RowFormat, RowWatch } from './formats/row-format';
import { rowFormats } from './formats/row-formats';
import { rowLimits } from './rows/row-limits';
import { RowSplitter, type SplitBytes } from './rows/row-splitter';

/** Most batches of a plan; each is a request, of which a key has few. */
const maxBatches = 1_000_000;

/** A text that is planned while it passes through. */
export class PlannedText {
  /** The cells of the header, once the first row has passed. */
  header: string[] = [];
  readonly planner: BatchPlanner;
  private readonly splitter: RowSplitter;
  private readonly format: RowFormat;
  private watch: RowWatch | null = null;

  /** `offset` is where the text starts, behind a byte order mark. */
  constructor(
    private readonly source: Source,
    private readonly form: SourceForm,
    private readonly batchSize: number,
    offset: number,
  ) {
    this.format = rowFormats[form.format];
    this.planner = new BatchPlanner(batchSize, offset);
    this.splitter = new RowSplitter(this.format.splitRows(form), rowLimits.rowBytes);
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
    const { seen, accepted } = this.format.noRows(this.watch !== null);
    throw new SourceError('source.uri', `${this.source.uri} (${seen})`, accepted);
  }

  /** What is to be said of it, once all has passed. */
  notes(): Notes {
    return this.watch?.notes() ?? { findings: [], warnings: [] };
  }

  private async takeAll(splits: Iterable<SplitBytes>): Promise<void> {
    for await (const split of givingWay(splits)) await this.take(split);
  }

  private async take(split: SplitBytes): Promise<void> {
    const [first] = split.rows;
    if (this.watch === null && first !== undefined) {
      if (this.format.readHeader !== null) {
        this.header = this.readHeader(split, this.format.readHeader);
        split.rows.shift();
      }
      this.watch = this.format.watch(this.source, this.form, this.header);
    }
    await this.see(split);
    this.planner.add(split);
    if (this.planner.batchCount <= maxBatches) return;
    const seen = `${this.batchSize}, which makes more than ${maxBatches} batches of ${this.source.uri}`;
    throw new SourceError('batchSize', seen, 'a larger one');
  }

  private readHeader({ bytes, rows }: SplitBytes, read: NonNullable<RowFormat['readHeader']>): string[] {
    const [first] = rows;
    if (first === undefined) return [];
    if (first.tooLong) throw headerTooLong(this.source.uri);
    return read(this.source, this.form, first, bytes.subarray(first.start, first.end));
  }

  private async see({ bytes, rows }: SplitBytes): Promise<void> {
    const see = this.watch?.see ?? null;
    if (see === null) return;
    for (const row of rows) {
      if (isTurnOver()) await nextTurn();
      if (!row.tooLong) see(row, bytes.subarray(row.start, row.end));
    }
  }
}

const headerTooLong = (uri: string): SourceError =>
  new SourceError(
    'source.uri',
    `${uri} (a line of more than ${rowLimits.rowBytes} bytes for a header)`,
    'a line of column names, and lines that end with LF or CRLF',
  );
