import { isFailedRow, rowResultSchema, type RowOutcome, type RowResult } from '../core/api/import-job';
import { notStarted } from '../core/pipeline/batch-import-end';
import type { RowTotals } from '../core/pipeline/report';
import { positionsOf } from '../core/pipeline/row-set';
import { noRows } from '../core/pipeline/row-totals';
import { wholeRange } from '../core/pipeline/selection';
import type { SettleSelectedRowsInput } from '../core/pipeline/settle-batch';
import type { ResultsRef } from '../core/stored-object';
import { Defect } from '../ports/defect';
import { isTurnOver, nextTurn } from '../ports/give-way';
import type { ObjectStore } from '../ports/object-store';
import { readRefusedRows, type RefusedRow } from './refused-rows';
import {
  settleLost,
  settleMalformed,
  settleRefused,
  settleSent,
  settleTogether,
  type SettledRow,
} from './report-line';
import { ResultJoiner } from './result-joiner';
import { membership, type Places, type RowPlace } from './row-places';
import { checkedLines } from './stored-lines';

/** An import of the batch, with the API's results for its rows. */
export interface EndWithResults {
  end: SettleSelectedRowsInput['imports'][number];
  isOf: (row: RowPlace) => boolean;
  joiner: ResultJoiner | null;
  /** The outcomes of its rows. */
  totals: RowTotals;
}

/** The outcome of a row, and the import that it comes from. */
export interface RowEnd {
  row: RowPlace;
  own: EndWithResults;
  settled: SettledRow;
}

/** The ends of a batch's imports, and the outcomes of its rows by them. */
export class RowEnds {
  private constructor(
    private readonly rows: Places,
    private readonly ends: readonly EndWithResults[],
    /** Positions of the rows that were refused by name or alone. */
    private readonly refused: ReadonlySet<number>,
    private readonly words: ReadonlyMap<number, RefusedRow>,
  ) {}

  /** Reads the results of the imports one after the other, so that they are not all open at once. */
  static async open(store: ObjectStore, input: SettleSelectedRowsInput, rows: Places): Promise<RowEnds> {
    const { plan, batch, imports, refused } = input;
    const words = refused === '' ? new Map<number, RefusedRow>() : await readRefusedRows(store, plan, batch);
    const ends: EndWithResults[] = [];
    for (const end of imports) {
      const isOf = membership(end.selection);
      const joiner =
        end.resultsRef === null ? null : await joinerOf(store, end.resultsRef, countOf(rows, isOf));
      ends.push({ end, isOf, joiner, totals: noRows() });
      if (isTurnOver()) await nextTurn();
    }
    return new RowEnds(rows, ends, new Set(positionsOf(refused)), words);
  }

  /** The imports. If single rows were refused, an additional entry, which is not an import, stands for them. */
  get imports(): readonly EndWithResults[] {
    return this.refused.size === 0 ? this.ends : [...this.ends, this.refusals];
  }

  private readonly refusals: EndWithResults = {
    end: {
      ...notStarted('refused by the API, each for the reason given in its row of the report', 'failed'),
      selection: wholeRange(null),
      together: false,
    },
    isOf: () => false,
    joiner: null,
    totals: noRows(),
  };

  /** The outcome of each row, in order. */
  *all(): Generator<RowEnd> {
    const next = this.ends.map(() => 0);
    for (const row of this.rows.all()) {
      if (row.malformed !== null) {
        yield { row, own: this.around(row), settled: settleMalformed(row.malformed) };
        continue;
      }
      if (row.isLost) {
        yield { row, own: this.around(row), settled: settleLost() };
        continue;
      }
      const candidates: RowEnd[] = [];
      this.ends.forEach((own, index) => {
        if (!own.isOf(row)) return;
        const place = next[index] ?? 0;
        next[index] = place + 1;
        candidates.push({ row, own, settled: settleIn(own, place) });
      });
      yield this.chosen(row, candidates);
    }
  }

  /** Once imported, a row counts as imported, whatever happened later. */
  private chosen(row: RowPlace, candidates: readonly RowEnd[]): RowEnd {
    const first = candidates.find(({ settled }) => imported.includes(settled.outcome));
    if (first !== undefined) return first;
    if (this.refused.has(row.position)) {
      return { row, own: this.refusals, settled: settleRefused(this.words.get(row.position) ?? null) };
    }
    const last = candidates.at(-1);
    if (last === undefined) throw new Defect('a row of a batch was in none of its imports');
    return last;
  }

  /** A row that cannot be sent counts towards the import of the rows around it. */
  private around({ position }: RowPlace): EndWithResults {
    const isAround = ({ end }: EndWithResults) => position < (end.selection.range?.to ?? Infinity);
    return this.ends.find(isAround) ?? this.ends.at(-1) ?? this.refusals;
  }
}

const imported: readonly RowOutcome[] = ['created', 'updated', 'existing'];

const settleIn = ({ end, joiner }: EndWithResults, place: number): SettledRow =>
  end.together ? settleTogether(end) : settleSent(joiner?.of(place) ?? null, end);

function countOf(rows: Places, isOf: EndWithResults['isOf']): number {
  let count = 0;
  for (const row of rows.all()) if (isOf(row)) count += 1;
  return count;
}

async function joinerOf(store: ObjectStore, ref: ResultsRef, sent: number): Promise<ResultJoiner> {
  const joiner = new ResultJoiner(sent, ref.rows);
  for await (const line of checkedLines(store, ref))
    joiner.add(whatIsNeeded(rowResultSchema.parse(JSON.parse(line))));
  return joiner;
}

/** Keeps only what report lines need of a result, since there may be many large ones. */
function whatIsNeeded({ id, created, existing, updated, input_index, error, status }: RowResult): RowResult {
  const reported =
    typeof error === 'object' && error !== null ? { code: error.code, message: error.message } : error;
  return {
    id,
    created,
    existing,
    updated,
    input_index,
    error: reported,
    ...(isFailedRow({ status }) && { status }),
  };
}
