import type { BatchImportEnd } from './batch-import-end';
import type { PlanRef } from './plan';
import type { ImportReport, RowTotals } from './report';
import type { RowRange } from './start-import';

/**
 * Input of the activity `settleBatch`. The ranges of its imports cover the rows that could be sent, each once and in
 * order; one import of all rows has none.
 */
export interface SettleBatchInput {
  plan: PlanRef;
  launchKey: string;
  batch: number;
  imports: (BatchImportEnd & { range: RowRange })[];
}

/** Result of the activity `settleBatch`, which keeps how each row ended until the report is written. */
export interface SettledBatch {
  totals: RowTotals;
}

/** Input of the activity `writeReport`. Every batch of the plan has been settled. */
export interface WriteReportInput {
  plan: PlanRef;
  launchKey: string;
  warnings: string[];
}

/** Result of the activity `writeReport`. */
export type WrittenReport = ImportReport;
