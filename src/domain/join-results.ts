import type { RowResult } from './import-job';

/** The result of one row that was sent, or why it is not known. */
export type JoinedResult = { result: RowResult } | { reason: string };

/**
 * The results in the order in which the rows were sent, one entry a row. A result belongs to the row that its `input_index` names (zero-based);
 * without one it belongs to the row at its own position, but only if there are as many results as rows. Two results for one row leave it unknown.
 */
export function joinResults(sentRows: number, results: readonly RowResult[]): JoinedResult[] {
  const claims = new Map<number, RowResult[]>();
  results.forEach((result, position) => {
    const row = result.input_index ?? (results.length === sentRows ? position : null);
    if (row !== null) claims.set(row, [...(claims.get(row) ?? []), result]);
  });
  const missing = `the API gave no result that is certain to be this row's (${results.length} results for ${sentRows} rows)`;
  return Array.from({ length: sentRows }, (_, row) => {
    const [result, ...others] = claims.get(row) ?? [];
    if (result === undefined) return { reason: missing };
    if (others.length > 0) return { reason: `the API gave ${others.length + 1} results for this row` };
    return { result };
  });
}
