import { partHeaderSchema, type PartHeader } from './batch-part';
import type { PlanRef } from '../core/pipeline/plan';
import { noRows } from '../core/pipeline/row-totals';
import type { UnsentBatches } from '../core/pipeline/settle-batch';
import { reportLineSchema, settleUnsent, type ReportLine } from './report-line';
import { partUri } from './settle-rows';
import { storedLines } from './stored-lines';
import { Defect } from '../ports/defect';
import { isTurnOver, nextTurn } from '../ports/give-way';
import type { BatchReader, BatchRef, RawRow } from '../ports/batch-reader';
import type { ObjectStore } from '../ports/object-store';

/** The stored part of a settled batch: its header, and a report line for each of its rows. */
export interface Part {
  batch: number;
  header: PartHeader;
  lines: AsyncIterable<string>;
}

/** A row of the source as written, and its report line. */
export interface ReportedRow {
  batch: number;
  row: RawRow;
  line: ReportLine;
}

/** Parses a report line. */
export const lineOf = (text: string): ReportLine => reportLineSchema.parse(JSON.parse(text));

/** The settled batches of a pipeline, read one line at a time. */
export class ReportParts {
  constructor(
    private readonly store: ObjectStore,
    private readonly batches: BatchReader,
    private readonly plan: PlanRef,
    private readonly stopIfCancelled: () => void,
    private readonly unsent: UnsentBatches | null,
  ) {}

  /** The parts in order. Read the lines of one part, or none of them, before requesting the next. */
  async *all(): AsyncGenerator<Part> {
    for (let batch = 1; batch <= this.plan.batches; batch++) {
      this.stopIfCancelled();
      if (this.unsent !== null && (batch >= this.unsent.from || this.unsent.batches.includes(batch))) {
        yield unsentPart(await this.batches.ref(this.plan, batch), this.unsent.reason);
        continue;
      }
      const stored = storedLines(this.store, partUri(this.plan, batch));
      try {
        const first = await stored.next();
        const header = partHeaderSchema.parse(JSON.parse(first.done === true ? 'null' : first.value));
        yield { batch, header, lines: stored };
      } finally {
        await stored.return(undefined);
      }
    }
  }

  /** The rows of the wanted batches, in order. */
  async *rows(wanted: (part: Part) => boolean = () => true): AsyncGenerator<ReportedRow> {
    for await (const part of this.all()) {
      if (!wanted(part)) continue;
      const { batch } = part;
      const lines = part.lines[Symbol.asyncIterator]();
      for await (const row of this.batches.rawRows(this.plan, batch)) {
        const next = await lines.next();
        const line = next.done === true ? null : lineOf(next.value);
        if (line?.row !== row.rowNumber) throw new Defect(`row ${row.rowNumber} has no line of the report`);
        yield { batch, row, line };
      }
    }
  }

  /** The failed rows in order, of all batches or of some. */
  async *failed(batches?: ReadonlySet<number>): AsyncGenerator<ReportedRow> {
    const rows = this.rows(
      ({ batch, header }) => header.totals.failed > 0 && (batches === undefined || batches.has(batch)),
    );
    for await (const each of rows) if (each.line.outcome === 'failed') yield each;
  }
}

/** The part of a batch of which nothing was sent. */
function unsentPart({ batch, firstRow, rows }: BatchRef, reason: string): Part {
  const totals = { ...noRows(), rows, failed: rows };
  const end = { batch, jobId: null, status: 'not_started', polls: 0, message: reason } as const;
  return {
    batch,
    header: { totals, imports: [{ ...totals, ...end }], refusedTogether: 0 },
    lines: unsentLines(batch, firstRow, rows, reason),
  };
}

async function* unsentLines(
  batch: number,
  firstRow: number,
  rows: number,
  reason: string,
): AsyncGenerator<string> {
  for (let row = firstRow; row < firstRow + rows; row += 1) {
    if (isTurnOver()) await nextTurn();
    const line: ReportLine = { row, line: null, ...settleUnsent(reason), batch, job_id: null };
    yield JSON.stringify(line);
  }
}
