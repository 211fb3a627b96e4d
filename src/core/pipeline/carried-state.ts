import { z } from 'zod';
import { batchImportStatuses, rowTotalsSchema } from './report';
import { pipelineStatisticsSchema } from './statistics';
import { plannedImportSchema } from './plan';
import { batchImportEndSchema } from './batch-import-end';
import { rowSetSchema } from './row-set';
import { rowRangeSchema, selectionSchema } from './launch/start-import';

/**
 * Rows of a batch: a range alone, as 0.1.0 knows it, or a selection in its place, so that a worker of 0.1.0 refuses
 * what it cannot follow instead of taking it for the whole range.
 */
const selectedRows = { range: rowRangeSchema.optional(), selection: selectionSchema.optional() };

/** An import that a tracker follows. */
const followedImportSchema = z.object({
  ...selectedRows,
  jobId: z.string(),
  /** ISO 8601 UTC. */
  submittedAt: z.iso.datetime(),
  trackerId: z.string(),
  /** Of its idempotency key. */
  attempt: z.number().optional(),
  /** How often an import of these rows has failed as a whole before. */
  relaunches: z.number().optional(),
});
export type FollowedImport = z.infer<typeof followedImportSchema>;

/** A part of a batch that is still to be launched, in more than one request if the API refuses rows of it. */
const partSchema = z.object({
  selection: selectionSchema,
  /** Whether a try whose answer is not known may have imported rows of it. */
  unclear: z.boolean(),
  /** Whether its rows are searched for those that the API refuses without naming them. */
  searched: z.boolean(),
  /** Rows that are known to hold one that the API refuses: they are halved until it is found. */
  suspects: rowRangeSchema,
  /** How many rows are sent together while none are suspected; null: all. */
  group: z.number().nullable(),
  /**
   * How far the search has come: rows that it has looked at, how many of them are refused, the position of the last
   * one, and how many requests in a row were refused.
   */
  scan: z.object({ rows: z.number(), found: z.number(), last: z.number().nullable(), run: z.number() }),
  /** Whether the API has taken any row of it. */
  taken: z.boolean(),
  /** Refusals that named rows of it. */
  refusals: z.number(),
  /** Whether what refusals name is believed; in doubt, the first row that was named is tried alone next. */
  names: z.enum(['believed', 'doubted', 'proven', 'wrong']),
  /** While single rows are tried, to find out whether the API takes any: how many were, and how many it has refused. */
  probed: z.object({ tried: z.number(), refused: z.number() }).nullable(),
  /** What the API has said last of rows of it, or null. */
  said: z.string().nullable(),
  /** The next attempt, for its idempotency key. */
  attempt: z.number(),
  relaunches: z.number(),
});
export type BatchPart = z.infer<typeof partSchema>;

/** How an import of rows of a batch ended. */
const endedPartSchema = batchImportEndSchema.extend({
  ...selectedRows,
  /** Rows that the API refused together with others, and that nobody looked at one by one. */
  together: z.boolean().optional(),
});
export type EndedPart = z.infer<typeof endedPartSchema>;

/** A batch on its way: what is still to be launched, what is being followed, what has ended. */
const batchInFlightSchema = z.object({
  batch: z.number(),
  /** Parts of the batch that are still to be launched, in order; null is the whole batch. */
  todo: z.array(z.union([rowRangeSchema, partSchema])),
  following: followedImportSchema.nullable(),
  ended: z.array(endedPartSchema),
  /**
   * Whether an answer that was later followed by a refusal for its size left open whether rows of it were imported:
   * then none of them is certainly not.
   */
  unclear: z.boolean().default(false),
  /** Which of its rows can be sent; null while it is not known. */
  rows: z.object({ size: z.number(), unkeyed: rowSetSchema.nullable() }).nullable().default(null),
  /** Rows that the API has refused, by name or alone. */
  refused: rowSetSchema.default(''),
  /** Rows that were sent alone out of the middle of others. */
  apart: rowSetSchema.default(''),
  /** Requests that were made to find rows that the API refuses without naming them. */
  searches: z.number().default(0),
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
  /** Requests that were made to find rows that the API refuses without naming them. */
  searches: z.number().default(0),
  /** What is remembered only to be shown. */
  story: pipelineStatisticsSchema.optional(),
});
export type CarriedPipeline = z.infer<typeof carriedPipelineSchema>;
