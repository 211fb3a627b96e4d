import type { RowOutcome } from '../api/import-job';
import type { RowTotals } from './report';

/** Totals of no rows. */
export const noRows = (): RowTotals => ({
  rows: 0,
  created: 0,
  updated: 0,
  existing: 0,
  failed: 0,
  unknown: 0,
});

/** Adds one row to the given totals. */
export function countRow(totals: RowTotals, outcome: RowOutcome): void {
  totals.rows += 1;
  totals[outcome] += 1;
}

/** The sum of many totals. */
export function sumTotals(many: readonly RowTotals[]): RowTotals {
  const sum = noRows();
  for (const totals of many) {
    for (const key of Object.keys(sum) as (keyof RowTotals)[]) sum[key] += totals[key];
  }
  return sum;
}
