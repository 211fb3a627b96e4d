import type { PartHeader } from './batch-part';
import { rowResultSchema, type RowResult } from '../core/api/import-job';
import { ResultJoiner } from './result-joiner';
import type { PlanRef } from '../core/pipeline/plan';
import { settleMalformed, settleSent, type ReportLine, type SettledRow } from './report-line';
import { countRow, noRows, sumTotals } from '../core/pipeline/row-totals';
import type { RowTotals } from '../core/pipeline/report';
import type { SettleBatchInput, SettledBatch } from '../core/pipeline/settle-batch';
import { checkedLines } from './stored-lines';
import type { BatchReader, BatchRow } from '../ports/batch-reader';
import { Defect } from '../ports/defect';
import { givingWay, isTurnOver, nextTurn } from '../ports/give-way';
import type { ObjectStore } from '../ports/object-store';

/** Where a pipeline keeps how the rows of a batch ended, below its folder. */
const partFile = (batch: number): string => `parts/${String(batch).padStart(7, '0')}.jsonl`;

/** Where a part lies in the store, given the plan, which lies in the same folder. */
export const partUri = ({ uri }: PlanRef, batch: number): string =>
  uri.slice(0, uri.lastIndexOf('/') + 1) + partFile(batch);

/** Runs a task once so many bytes of memory are to be had. */
export type WithMemory = <T>(bytes: number, task: () => Promise<T>) => Promise<T>;

/**
 * Joins the rows of a batch with the results of its imports and stores a line of the report for each. Holds where each
 * row stands and, once `withMemory` lets it, how it ended, not what it says.
 */
export async function settleRows(
  store: ObjectStore,
  batches: BatchReader,
  folder: string,
  { plan, batch, imports }: SettleBatchInput,
  withMemory: WithMemory,
): Promise<SettledBatch> {
  const rows = new RowPlaces();
  for await (const row of batches.read(plan, batch)) rows.add(row);
  return withMemory(memoryOf(imports), async () => {
    const ends: EndWithResults[] = [];
    for (const each of imports) ends.push(await withResults(store, each, rows.sendable)); // not all open at once
    // The totals stand before the lines: how each row ended is found twice, which needs no memory.
    for (const row of rows.all()) {
      if (isTurnOver()) await nextTurn();
      const { own, settled } = endOf(row, ends);
      countRow(own.totals, settled.outcome);
    }
    const header: PartHeader = {
      totals: sumTotals(ends.map(({ totals }) => totals)),
      imports: ends.map(({ end: { jobId, status, polls, message }, totals }) => ({
        ...totals,
        ...{ batch, jobId, status, polls, message },
      })),
    };
    const lines = jsonLines(batch, header, rows, ends);
    await store.write(`${folder}/${partFile(batch)}`, givingWay(lines));
    return { totals: header.totals };
  });
}

/** What a result takes in memory besides its texts. */
const bytesPerResult = 160;

const memoryOf = (imports: SettleBatchInput['imports']): number =>
  imports.reduce(
    (sum, { resultsRef }) => sum + (resultsRef?.bytes ?? 0) + (resultsRef?.rows ?? 0) * bytesPerResult,
    0,
  );

type RowPlace = Pick<BatchRow, 'rowNumber' | 'line'> & {
  malformed: string | null;
  /** Rows before it that can be sent. */
  position: number;
};

/** Where the rows of a batch stand: many batches are settled at once, so that no row has an object of its own. */
class RowPlaces {
  sendable = 0;
  private firstRow = 0;
  private readonly lines: number[] = [];
  private readonly reasons: (string | null)[] = [];

  /** Takes in the next row. */
  add(row: BatchRow): void {
    if (this.lines.length === 0) this.firstRow = row.rowNumber;
    const malformed = 'malformed' in row ? row.malformed : null;
    this.lines.push(row.line);
    this.reasons.push(malformed);
    if (malformed === null) this.sendable += 1;
  }

  *all(): Generator<RowPlace> {
    let position = 0;
    for (const [index, line] of this.lines.entries()) {
      const malformed = this.reasons[index] ?? null;
      yield { rowNumber: this.firstRow + index, line, malformed, position };
      if (malformed === null) position += 1;
    }
  }
}

/** An import of the batch with what the API said of its rows. */
interface EndWithResults {
  end: SettleBatchInput['imports'][number];
  from: number;
  to: number;
  joiner: ResultJoiner | null;
  /** How its rows ended. */
  totals: RowTotals;
}

async function withResults(
  store: ObjectStore,
  end: EndWithResults['end'],
  sendable: number,
): Promise<EndWithResults> {
  const { from, to } = end.range ?? { from: 0, to: sendable };
  if (end.resultsRef === null) return { end, from, to, joiner: null, totals: noRows() };
  const joiner = new ResultJoiner(to - from, end.resultsRef.rows);
  for await (const line of checkedLines(store, end.resultsRef))
    joiner.add(whatIsNeeded(rowResultSchema.parse(JSON.parse(line))));
  return { end, from, to, joiner, totals: noRows() };
}

/** A result without what no line of the report says: there may be many, and each may be large. */
function whatIsNeeded({ id, created, existing, updated, input_index, error }: RowResult): RowResult {
  const said =
    typeof error === 'object' && error !== null ? { code: error.code, message: error.message } : error;
  return { id, created, existing, updated, input_index, error: said };
}

/** How a row ended, and by which of the imports. */
interface RowEnd {
  own: EndWithResults;
  settled: SettledRow;
}

/** A row that cannot be sent counts to the import of the rows around it. */
function endOf({ malformed, position }: RowPlace, ends: EndWithResults[]): RowEnd {
  const own = ends.find(({ to }) => position < to) ?? ends.at(-1);
  if (own === undefined) throw new Defect('a batch was settled without an import');
  if (malformed !== null) return { own, settled: settleMalformed(malformed) };
  return { own, settled: settleSent(own.joiner?.of(position - own.from) ?? null, own.end) };
}

function* jsonLines(
  batch: number,
  header: PartHeader,
  rows: RowPlaces,
  ends: EndWithResults[],
): Generator<string> {
  yield `${JSON.stringify(header)}\n`;
  for (const row of rows.all()) {
    const { own, settled } = endOf(row, ends);
    const job_id = own.end.jobId;
    const line: ReportLine = { row: row.rowNumber, line: row.line, ...settled, batch, job_id };
    yield `${JSON.stringify(line)}\n`;
  }
}
