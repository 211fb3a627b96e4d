import type { RowResult } from '../core/api/import-job';

/** The result of one row that was sent, or why it is not known. */
export type JoinedResult = { result: RowResult } | { reason: string };

/**
 * Finds out which result belongs to which row, as the results come in. A result belongs to the row that its
 * `input_index` names (zero-based); without one it belongs to the row at its own position, but only if there are as
 * many results as rows. Two results for one row leave it unknown. Holds one result a row, however many results there
 * are.
 */
export class ResultJoiner {
  private readonly results: RowResult[] = [];
  /** How many results there are for a row, where they are several. */
  private readonly counts = new Map<number, number>();
  private position = 0;

  constructor(
    private readonly sentRows: number,
    private readonly resultCount: number,
  ) {}

  /** Takes in the next result, in the order of the API. */
  add(result: RowResult): void {
    const row = result.input_index ?? (this.resultCount === this.sentRows ? this.position : null);
    this.position += 1;
    if (row === null || row < 0 || row >= this.sentRows) return;
    if (this.results[row] === undefined) this.results[row] = result;
    else this.counts.set(row, (this.counts.get(row) ?? 1) + 1);
  }

  /** The result of a row that was sent, counted from 0; asked once all results are in. */
  of(row: number): JoinedResult {
    const result = this.results[row];
    if (result === undefined) {
      const seen = `${this.resultCount} results for ${this.sentRows} rows`;
      return { reason: `the API gave no result that is certain to be this row's (${seen})` };
    }
    const count = this.counts.get(row);
    return count === undefined ? { result } : { reason: `the API gave ${count} results for this row` };
  }
}
