import type { RowResult } from '../core/api/import-job';

/** The result of one sent row, or why it is unknown. */
export type JoinedResult = { result: RowResult } | { reason: string };

/**
 * Assigns results to rows as the results arrive. A result belongs to the row that its `input_index` names (zero-based).
 * Without one, it belongs to the row at its own position, but only if there are as many results as rows. Two results
 * for one row make it unknown. Holds one result per row, however many results there are.
 */
export class ResultJoiner {
  private readonly results: RowResult[] = [];
  /** Number of results of rows that have several. */
  private readonly counts = new Map<number, number>();
  private position = 0;

  constructor(
    private readonly sentRows: number,
    private readonly resultCount: number,
  ) {}

  /** Adds the next result, in the API's order. */
  add(result: RowResult): void {
    const row = result.input_index ?? (this.resultCount === this.sentRows ? this.position : null);
    this.position += 1;
    if (row === null || row < 0 || row >= this.sentRows) return;
    if (this.results[row] === undefined) this.results[row] = result;
    else this.counts.set(row, (this.counts.get(row) ?? 1) + 1);
  }

  /** The result of a sent row, counted from 0. Call it once all results were added. */
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
