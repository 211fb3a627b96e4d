import type { PlanRef } from '../core/pipeline/plan';
import { rowFormats } from './formats/row-formats';
import { rowDecoder, type DecodeRow } from './rows/decode-row';
import { readBatchRef, readPinnedSource } from './plan-file';
import { isLeftOut, type FindLeftOut } from './rows/left-out';
import { requireStore, type SourceOptions } from './source-options';
import { RowSplitter, type SplitBytes } from './rows/row-splitter';
import { firstRowLimits } from './rows/row-limits';
import { countLines, lineEndsOf } from './rows/line-ends';
import type { SplitRow } from './rows/split-rows';
import { PinnedText } from './text/pinned-text';
import { Defect } from '../ports/defect';
import { isTurnOver, nextTurn } from '../ports/give-way';
import type { BatchReader, BatchRef, PinnedSource, SourceRow } from '../ports/batch-reader';

/** Number of plans to cache, since every batch needs its plan. */
const rememberedPlans = 4;

/**
 * Creates a reader of batches from the source or its copy, by byte range. The hash of a batch is checked before its
 * first row is returned, so that nothing of a changed source is ever sent. A changed or missing source gives a
 * `SourceError`; the store's errors are passed on.
 */
export function createBatchReader(options: SourceOptions): BatchReader {
  const plans = new RememberedPlans(options);
  const open = async (plan: PlanRef, batch: number): Promise<[OpenPlan, BatchRef]> => {
    const opened = await plans.open(plan);
    return [opened, await readBatchRef(requireStore(options), plan, batch)];
  };
  return {
    source: async (plan) => (await plans.open(plan)).pinned,
    read: (plan, batch) =>
      rowsIn(
        () => open(plan, batch),
        ({ decode }) => decode,
      ),
    readSent: (plan, batch) =>
      rowsIn(
        () => open(plan, batch),
        ({ decode }) => decode,
        { mayDifferElsewhere: true },
      ),
    ref: (plan, batch) => readBatchRef(requireStore(options), plan, batch),
    rawRows: (plan, batch) =>
      rowsIn(
        () => open(plan, batch),
        ({ pinned: { form } }) => {
          const countCells = rowFormats[form.format].countCells(form);
          return (row, raw) => ({ countCells: () => (row.malformed === null ? countCells(row, raw) : null) });
        },
      ),
    async *line(plan, start) {
      const { pinned, text } = await plans.open(plan);
      const { terminator } = lineEndsOf[pinned.form.lineEnd];
      for await (const piece of text.pieces({ start, end: pinned.text.bytes })) {
        const lineEnd = piece.indexOf(terminator) + 1;
        yield lineEnd === 0 ? piece : piece.subarray(0, lineEnd);
        if (lineEnd > 0) return;
      }
    },
  };
}

interface OpenPlan {
  pinned: PinnedSource;
  text: PinnedText;
  decode: DecodeRow;
  leftOut: FindLeftOut | null;
}

/** The most recently used plans. */
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
    const { source, form, columns, limits = firstRowLimits } = pinned;
    const format = rowFormats[form.format];
    const decode = rowDecoder(form, limits, format.readValues(source, form, columns, limits));
    const text = new PinnedText(this.options, pinned);
    return { pinned, text, decode, leftOut: format.leftOut(form, columns) };
  }
}

/** A single generator, because nested ones would each wait a turn per row. */
async function* rowsIn<T extends object>(
  open: () => Promise<[OpenPlan, BatchRef]>,
  describe: (opened: OpenPlan) => (row: SplitRow, raw: Buffer) => T,
  how: { mayDifferElsewhere: boolean } = { mayDifferElsewhere: false },
): AsyncGenerator<Pick<SourceRow, 'rowNumber' | 'line' | 'raw' | 'start'> & T> {
  const [opened, ref] = await open();
  const described = describe(opened);
  const { pinned, text, leftOut } = opened;
  const { source, form, limits = firstRowLimits } = pinned;
  const ends = lineEndsOf[form.lineEnd];
  const splitter = new RowSplitter(rowFormats[form.format].splitRows(form), ends, limits.rowBytes);
  let [line, rowNumber, offset] = [ref.firstLine, ref.firstRow, ref.start];
  for await (const { bytes, rows } of splitsOf(splitter, text.checked(ref, how))) {
    let position = 0;
    for (const row of rows) {
      if (isTurnOver()) await nextTurn();
      if (isLeftOut(leftOut, row, bytes)) continue;
      line += countLines(ends, bytes.subarray(position, row.start));
      position = row.start;
      const raw = bytes.subarray(row.start, row.end);
      const place = { rowNumber, line, start: offset + row.start };
      yield { ...place, raw: row.tooLong ? null : raw, ...described(row, raw) };
      rowNumber += 1;
    }
    line += countLines(ends, bytes.subarray(position));
    offset += bytes.length;
  }
  if (rowNumber === ref.firstRow + ref.rows) return;
  throw new Defect(
    `batch ${ref.batch} of ${source.uri} has ${rowNumber - ref.firstRow} rows, planned were ${ref.rows}`,
  );
}

async function* splitsOf(splitter: RowSplitter, pieces: AsyncIterable<Buffer>): AsyncGenerator<SplitBytes> {
  for await (const piece of pieces) for (const split of splitter.push(piece)) yield split;
  for (const split of splitter.end()) yield split;
}
