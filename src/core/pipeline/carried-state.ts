import { z } from 'zod';
import { batchImportStatuses, rowTotalsSchema } from './report';
import { pipelineStatisticsSchema } from './statistics';
import { plannedImportSchema } from './plan';
import { batchImportEndSchema } from './batch-import-end';
import { rowSetSchema } from './row-set';
import { rowRangeSchema, selectionSchema } from './launch/start-import';

/**
 * Rows of a batch: a range, as 0.1.0 knows it, or a selection instead, so that a worker of 0.1.0 refuses it rather than
 * taking it for the whole range.
 */
const selectedRows = { range: rowRangeSchema.optional(), selection: selectionSchema.optional() };

/** An import that a tracker follows. */
const followedImportSchema = z.object({
  ...selectedRows,
  jobId: z.string(),
  /** ISO 8601 UTC. */
  submittedAt: z.iso.datetime(),
  trackerId: z.string(),
  /** The attempt in its idempotency key. */
  attempt: z.number().optional(),
  /** How often an import of these rows has already failed as a whole. */
  relaunches: z.number().optional(),
});
export type FollowedImport = z.infer<typeof followedImportSchema>;

/** A part of a batch that is still to be launched, in several requests if the API refuses some of its rows. */
const partSchema = z.object({
  selection: selectionSchema,
  /** Whether an attempt without a known answer may have imported some of its rows. */
  unclear: z.boolean(),
  /** Whether to search it for rows that the API refuses without naming them. */
  searched: z.boolean(),
  /** Rows known to include a refused one. They are halved until it is found. */
  suspects: rowRangeSchema,
  /** How many rows are sent together while none are suspect; null means all. */
  group: z.number().nullable(),
  /**
   * Progress of the search: rows checked, how many of them are refused, the position of the last refused row, and the
   * current run of refused requests.
   */
  scan: z.object({ rows: z.number(), found: z.number(), last: z.number().nullable(), run: z.number() }),
  /** Whether the API has accepted any of its rows. */
  taken: z.boolean(),
  /** Number of refusals that named rows of it. */
  refusals: z.number(),
  /**
   * Whether the rows that refusals name are trusted. While they are doubted, the first named row is sent alone next.
   */
  names: z.enum(['believed', 'doubted', 'proven', 'wrong']),
  /** While single rows are sent as probes, to find out whether the API accepts any: how many were sent and refused. */
  probed: z.object({ tried: z.number(), refused: z.number() }).nullable(),
  /** The API's last message about its rows, or null. */
  said: z.string().nullable(),
  /** The next attempt, for its idempotency key. */
  attempt: z.number(),
  relaunches: z.number(),
});
export type BatchPart = z.infer<typeof partSchema>;

/** How an import of rows of a batch ended. */
const endedPartSchema = batchImportEndSchema.extend({
  ...selectedRows,
  /** Rows that the API refused together with others and that were not checked individually. */
  together: z.boolean().optional(),
});
export type EndedPart = z.infer<typeof endedPartSchema>;

/** A batch in flight: the parts still to launch, the imports being followed, and the ends so far. */
const batchInFlightSchema = z.object({
  batch: z.number(),
  /** The parts of the batch still to launch, in order; null is the whole batch. */
  todo: z.array(z.union([rowRangeSchema, partSchema])),
  following: followedImportSchema.nullable(),
  ended: z.array(endedPartSchema),
  /**
   * Whether rows of it may have been imported: an attempt without a known answer was followed by a refusal for size. If
   * so, no row counts as certainly not imported.
   */
  unclear: z.boolean().default(false),
  /** Which of its rows can be sent; null until known. */
  rows: z.object({ size: z.number(), unkeyed: rowSetSchema.nullable() }).nullable().default(null),
  /** Rows that the API has refused, either by naming them or when they were sent alone. */
  refused: rowSetSchema.default(''),
  /** Rows that were taken out of their part and sent alone. */
  apart: rowSetSchema.default(''),
  /** Number of requests made to find rows that the API refuses without naming them. */
  searches: z.number().default(0),
  /** The current step, in words. */
  doing: z.string(),
  /** The last problem, which the batch is waiting out; null or absent without one. */
  problem: z.string().nullish(),
});
export type BatchInFlight = z.infer<typeof batchInFlightSchema>;

/**
 * What a pipeline hands over when it continues as new, possibly to a worker of another version. Unknown fields are
 * dropped, so a field added later needs a default.
 */
export const carriedPipelineSchema = z.object({
  planned: plannedImportSchema,
  /** The next batch to start. */
  next: z.number(),
  lanes: z.array(batchInFlightSchema),
  /** Ends that trackers have signalled, of imports that no batch follows yet. */
  heard: z.array(batchImportEndSchema.extend({ jobId: z.string() })),
  totals: rowTotalsSchema,
  /** Number of imports by how they ended. */
  ended: z.partialRecord(z.enum(batchImportStatuses), z.number()),
  /** Number of settled batches. */
  finished: z.number(),
  /** Whether the API has accepted any batch. If it has, a refused key is a new condition that somebody will fix. */
  keyWorked: z.boolean(),
  /** Number of requests made to find rows that the API refuses without naming them. */
  searches: z.number().default(0),
  /** Statistics for display only. */
  story: pipelineStatisticsSchema.optional(),
});
export type CarriedPipeline = z.infer<typeof carriedPipelineSchema>;
