import type { PartHeader } from './batch-part';
import type { PlanRef } from '../core/pipeline/plan';
import { settleTogether, type ReportLine } from './report-line';
import { countRow, sumTotals } from '../core/pipeline/row-totals';
import { wholeRange } from '../core/pipeline/selection';
import type {
  SettleBatchInput,
  SettledBatch,
  SettleSelectedRowsInput,
  SettleWithoutSourceInput,
} from '../core/pipeline/settle-batch';
import { rememberedPlaces } from './remembered-places';
import { RowEnds, type RowEnd } from './row-ends';
import { RowPlaces, type Places } from './row-places';
import type { BatchReader, BatchRow } from '../ports/batch-reader';
import { givingWay, isTurnOver, nextTurn } from '../ports/give-way';
import type { ObjectStore } from '../ports/object-store';
import { SourceError } from '../ports/source-error';

/** File with the outcomes of a batch's rows, below the pipeline's folder. */
const partFile = (batch: number): string => `parts/${String(batch).padStart(7, '0')}.jsonl`;

/** URI of a part in the store, derived from the plan in the same folder. */
export const partUri = ({ uri }: PlanRef, batch: number): string =>
  uri.slice(0, uri.lastIndexOf('/') + 1) + partFile(batch);

/** Runs a task once this much memory is available. */
export type WithMemory = <T>(bytes: number, task: () => Promise<T>) => Promise<T>;

/**
 * Joins the rows of a batch with the results of its imports, and stores a report line for each. In memory it holds the
 * position of each row and, once `withMemory` allows it, the outcomes, but not the rows' contents.
 */
export async function settleRows(
  store: ObjectStore,
  batches: BatchReader,
  folder: string,
  given: SettleBatchInput | SettleSelectedRowsInput,
  withMemory: WithMemory,
): Promise<SettledBatch> {
  const input = 'refused' in given ? given : asSelected(given);
  const rows = await placesIn(batches.read(input.plan, input.batch), input);
  return storePart(store, folder, input, rows, withMemory);
}

/**
 * The same for a batch of a failed pipeline, whose source may have changed. Rows whose bytes are gone are known from
 * the plan.
 */
export async function settleWithoutSource(
  store: ObjectStore,
  batches: BatchReader,
  folder: string,
  input: SettleWithoutSourceInput,
  withMemory: WithMemory,
): Promise<SettledBatch> {
  const { plan, batch } = input;
  const rows = await placesIn(batches.readSent(plan, batch), input).catch(async (error: unknown) => {
    if (!(error instanceof SourceError)) throw error;
    return rememberedPlaces(await batches.ref(plan, batch), input);
  });
  return storePart(store, folder, input, rows, withMemory);
}

async function placesIn(
  rows: AsyncIterable<BatchRow>,
  { dedupeBy }: Pick<SettleSelectedRowsInput, 'dedupeBy'>,
): Promise<Places> {
  const places = new RowPlaces(dedupeBy);
  for await (const row of rows) places.add(row);
  return places;
}

function storePart(
  store: ObjectStore,
  folder: string,
  input: SettleSelectedRowsInput,
  rows: Places,
  withMemory: WithMemory,
): Promise<SettledBatch> {
  const { batch, imports } = input;
  return withMemory(memoryOf(imports), async () => {
    const ends = await RowEnds.open(store, input, rows);
    // The totals precede the lines, so each outcome is determined twice, which needs no memory.
    const refusedTogether = await countRows(ends);
    const header: PartHeader = {
      totals: sumTotals(ends.imports.map(({ totals }) => totals)),
      imports: ends.imports.map(({ end: { jobId, status, polls, message }, totals }) => ({
        ...totals,
        ...{ batch, jobId, status, polls, message },
      })),
      refusedTogether,
    };
    const lines = jsonLines(batch, header, ends.all());
    await store.write(`${folder}/${partFile(batch)}`, givingWay(lines));
    return { totals: header.totals };
  });
}

const asSelected = ({ imports, ...rest }: SettleBatchInput): SettleSelectedRowsInput => ({
  ...rest,
  imports: imports.map(({ range, ...end }) => ({ ...end, selection: wholeRange(range), together: false })),
  refused: '',
  dedupeBy: null,
});

/** Memory of a result in addition to its texts. */
const bytesPerResult = 160;

const memoryOf = (imports: SettleSelectedRowsInput['imports']): number =>
  imports.reduce(
    (sum, { resultsRef }) => sum + (resultsRef?.bytes ?? 0) + (resultsRef?.rows ?? 0) * bytesPerResult,
    0,
  );

/** Counts the rows towards their imports. Returns how many were refused together with others. */
async function countRows(ends: RowEnds): Promise<number> {
  let refusedTogether = 0;
  for (const { own, settled } of ends.all()) {
    if (isTurnOver()) await nextTurn();
    countRow(own.totals, settled.outcome);
    if (own.end.together && settled.error_code === settleTogether(own.end).error_code) refusedTogether += 1;
  }
  return refusedTogether;
}

function* jsonLines(batch: number, header: PartHeader, ended: Iterable<RowEnd>): Generator<string> {
  yield `${JSON.stringify(header)}\n`;
  for (const { row, own, settled } of ended) {
    const job_id = own.end.jobId;
    const line: ReportLine = { row: row.rowNumber, line: row.line, ...settled, batch, job_id };
    yield `${JSON.stringify(line)}\n`;
  }
}
