import { z } from 'zod';
import { importStatuses, type ImportReport, type RowTotals } from './report';
import type { PlanRef } from './plan';
import { rowRangeSchema } from './start-import';
import { resultsRefSchema } from '../stored-object';

/** How one import of a batch ended, before its rows are counted. */
export const importOfBatchSchema = z.object({
  range: rowRangeSchema,
  jobId: z.string().nullable(),
  status: z.enum(importStatuses),
  polls: z.number(),
  message: z.string().nullable(),
  resultsRef: resultsRefSchema.nullable(),
  /**
   * What the rows are that could be sent and have no result of their own; `failed` only when it is certain that they
   * were not imported.
   */
  withoutResult: z.enum(['failed', 'unknown']),
});
export type ImportOfBatch = z.infer<typeof importOfBatchSchema>;

/**
 * Input of the activity `settleBatch`. The ranges of its imports cover the rows that could be sent, each once and in
 * order.
 */
export interface SettleBatchInput {
  plan: PlanRef;
  launchKey: string;
  batch: number;
  imports: ImportOfBatch[];
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
