import { z } from 'zod';
import type { Source } from './source';
import { storedObjectSchema } from '../stored-object';

/**
 * A plan in storage. The first line is JSON with the pinned source (`headerBytes`, including its line end). One line of
 * exactly `lineBytes` follows for each batch, so that a batch is found without reading those before it.
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
  /** The property that identifies records. Workers of 0.1.0 ignore it. */
  dedupeBy?: string;
  /** Run id of the pipeline's first execution, which survives resets and continue-as-new. */
  firstExecutionRunId: string;
}

/** Result of the activity `planImport`. */
export const plannedImportSchema = z.object({
  plan: planRefSchema,
  /** Hash of the pipeline's identity (lower-case hex), from which every idempotency key is derived. */
  launchKey: z.string(),
  warnings: z.array(z.string()),
  /** What was detected about how to read the file, in words; absent in plans of 0.1.0. */
  findings: z.array(z.string()).optional(),
});
export type PlannedImport = z.infer<typeof plannedImportSchema>;
