import { z } from 'zod';
import { batchImportStatuses, rowTotalsSchema } from './report';
import { pipelineStatisticsSchema } from './statistics';
import { plannedImportSchema } from './plan';
import { batchImportEndSchema } from './batch-import-end';
import { rowRangeSchema } from './start-import';

/** An import that a tracker follows. */
const followedImportSchema = z.object({
  range: rowRangeSchema,
  jobId: z.string(),
  /** ISO 8601 UTC. */
  submittedAt: z.iso.datetime(),
  trackerId: z.string(),
});
export type FollowedImport = z.infer<typeof followedImportSchema>;

/** A batch on its way: what is still to be launched, what is being followed, what has ended. */
const batchInFlightSchema = z.object({
  batch: z.number(),
  /** Parts of the batch that are still to be launched, in order; null is the whole batch. */
  todo: z.array(rowRangeSchema),
  following: followedImportSchema.nullable(),
  ended: z.array(batchImportEndSchema.extend({ range: rowRangeSchema })),
  /**
   * Whether an answer that was later followed by a refusal for its size left open whether rows of it were imported:
   * then none of them is certainly not.
   */
  unclear: z.boolean().default(false),
  /** What is being done about it, in words. */
  doing: z.string(),
  /** What went wrong with it last and is being waited out; null or nothing when all is well. */
  problem: z.string().nullish(),
});
export type BatchInFlight = z.infer<typeof batchInFlightSchema>;

/**
 * What a pipeline hands over when it continues as new, maybe to a worker of another version: fields unknown here are
 * dropped, and a field added later must have a default.
 */
export const carriedPipelineSchema = z.object({
  planned: plannedImportSchema,
  /** The next batch to begin. */
  next: z.number(),
  lanes: z.array(batchInFlightSchema),
  /** Ends that were told of imports that no batch follows yet. */
  heard: z.array(batchImportEndSchema.extend({ jobId: z.string() })),
  totals: rowTotalsSchema,
  /** Imports by how they ended. */
  ended: z.partialRecord(z.enum(batchImportStatuses), z.number()),
  /** Batches that are settled. */
  finished: z.number(),
  /** Whether the API has accepted any batch: a key refused after that is new, and somebody will mend it. */
  keyWorked: z.boolean(),
  /** What is remembered only to be shown. */
  story: pipelineStatisticsSchema.optional(),
});
export type CarriedPipeline = z.infer<typeof carriedPipelineSchema>;
