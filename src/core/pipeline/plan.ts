import { z } from 'zod';
import type { Source } from './source';
import { storedObjectSchema } from '../stored-object';

/**
 * A plan in storage: a line of JSON with the pinned source (`headerBytes` with its line end), then a line of
 * `lineBytes` for each batch, so that any batch is found without reading those before it.
 */
export const planRefSchema = storedObjectSchema.extend({
  headerBytes: z.number(),
  lineBytes: z.number(),
  rows: z.number(),
  batches: z.number(),
});
export type PlanRef = z.infer<typeof planRefSchema>;

/** Input of the activity `planImport`. */
export interface PlanImportInput {
  source: Source;
  batchSize: number;
  /** The property that records are told apart by; workers of 0.1.0 do not heed it. */
  dedupeBy?: string;
  /** Run id of the pipeline's first execution, which a reset and a continue-as-new keep. */
  firstExecutionRunId: string;
}

/** Result of the activity `planImport`. */
export const plannedImportSchema = z.object({
  plan: planRefSchema,
  /** Hash of the pipeline's identity (lower-case hex), the stem of every idempotency key. */
  launchKey: z.string(),
  warnings: z.array(z.string()),
  /** What was found out of how the file is read, in words; absent in plans of 0.1.0. */
  findings: z.array(z.string()).optional(),
});
export type PlannedImport = z.infer<typeof plannedImportSchema>;
