import type { PartHeader } from './batch-part';
import { rowResultSchema } from '../core/api/import-job';
import { ResultJoiner } from './result-joiner';
import type { PlanRef } from '../core/pipeline/plan';
import { settleMalformed, settleSent, type ReportLine } from './report-line';
import { countRow, noRows, sumTotals } from '../core/pipeline/row-totals';
import type { SettleBatchInput, SettledBatch } from '../core/pipeline/settle-batch';
import { checkedLines } from './stored-lines';
import type { BatchReader, BatchRow } from '../ports/batch-reader';
import type { ObjectStore } from '../ports/object-store';

/** Where a pipeline keeps how the rows of a batch ended, below its folder. */
const partFile = (batch: number): string => `parts/${String(batch).padStart(7, '0')}.jsonl`;

/** Where a part lies in the store, given the plan, which lies in the same folder. */
export const partUri = ({ uri }: PlanRef, batch: number): string =>
  uri.slice(0, uri.lastIndexOf('/') + 1) + partFile(batch);

/**
 * Joins the rows of a batch with the results of its imports and stores a line of the report for each. A batch is what
 * the API takes in one request, so its rows fit into memory.
 */
export async function settleRows(
  store: ObjectStore,
  batches: BatchReader,
  folder: string,
  { plan, batch, imports }: SettleBatchInput,
): Promise<SettledBatch> {
  const rows: RowPlace[] = [];
  let sendable = 0;
  for await (const row of batches.read(plan, batch)) {
    const malformed = 'malformed' in row ? row.malformed : null;
    rows.push({ rowNumber: row.rowNumber, line: row.line, malformed, position: sendable });
    if (malformed === null) sendable += 1;
  }
  const ends = await Promise.all(imports.map((each) => withResults(store, each, sendable)));
  const counted = ends.map(() => noRows());
  const lines = rows.map((row) => lineOf(row, ends, counted, batch));
  const header: PartHeader = {
    totals: sumTotals(counted),
    imports: ends.map(({ end: { jobId, status, polls, message } }, index) => ({
      ...(counted[index] ?? noRows()),
      ...{ batch, jobId, status, polls, message },
    })),
  };
  await store.write(`${folder}/${partFile(batch)}`, jsonLines([header, ...lines]));
  return { totals: header.totals };
}

type RowPlace = Pick<BatchRow, 'rowNumber' | 'line'> & {
  malformed: string | null;
  /** Rows before it that can be sent. */
  position: number;
};

/** An import of the batch with what the API said of its rows. */
interface EndWithResults {
  end: SettleBatchInput['imports'][number];
  from: number;
  to: number;
  joiner: ResultJoiner | null;
}

async function withResults(
  store: ObjectStore,
  end: EndWithResults['end'],
  sendable: number,
): Promise<EndWithResults> {
  const { from, to } = end.range ?? { from: 0, to: sendable };
  if (end.resultsRef === null) return { end, from, to, joiner: null };
  const joiner = new ResultJoiner(to - from, end.resultsRef.rows);
  for await (const line of checkedLines(store, end.resultsRef))
    joiner.add(rowResultSchema.parse(JSON.parse(line)));
  return { end, from, to, joiner };
}

/**
 * The line of a row, which is counted to its import; a row that cannot be sent counts to the import of the rows around
 * it.
 */
function lineOf(
  row: RowPlace,
  ends: EndWithResults[],
  counted: PartHeader['totals'][],
  batch: number,
): ReportLine {
  const { rowNumber, line, malformed, position } = row;
  const found = ends.findIndex(({ to }) => position < to);
  const index = found === -1 ? ends.length - 1 : found;
  const own = ends[index];
  const totals = counted[index];
  if (own === undefined || totals === undefined)
    throw new Error(`batch ${batch} was settled without an import`);
  const rowEnd =
    malformed === null
      ? settleSent(own.joiner?.of(position - own.from) ?? null, own.end)
      : settleMalformed(malformed);
  countRow(totals, rowEnd.outcome);
  return { row: rowNumber, line, ...rowEnd, batch, job_id: own.end.jobId };
}

function* jsonLines(values: readonly unknown[]): Generator<string> {
  for (const value of values) yield `${JSON.stringify(value)}\n`;
}
