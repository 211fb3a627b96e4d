import { z } from 'zod';
import type { BatchRow } from './start-import';
import type { Source } from './input';
import { storedObjectSchema, type StoredObject } from '../stored-object';

/**
 * A batch by reference: which rows of the source it holds, never the rows. Row numbers start at 1 and count every data
 * row, malformed ones too.
 */
export interface BatchRef {
  /** Counts from 1. */
  batch: number;
  firstRow: number;
  rows: number;
  /** Line of the source on which the byte range starts, from 1. */
  firstLine: number;
  /** Byte range in the readable text, `end` exclusive. */
  start: number;
  end: number;
  /** Hash of those bytes, lower-case hex. */
  sha256: string;
}

/** The source as it was when the pipeline began. */
export interface PinnedSource {
  source: Source;
  /** Size in bytes and hash of the file as it lies at its URI. */
  bytes: number;
  sha256: string;
  /**
   * Where batches are read: the source itself, or a copy in storage when the source is compressed, not in UTF-8, or out
   * of reach of some workers. UTF-8, not compressed.
   */
  text: StoredObject;
  /** Column names in order (CSV); empty for NDJSON. */
  columns: string[];
}

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
  /** Run id of the pipeline's first execution, which a reset and a continue-as-new keep. */
  firstExecutionRunId: string;
}

/** Result of the activity `planImport`. */
export const plannedImportSchema = z.object({
  plan: planRefSchema,
  /** Hash of the pipeline's identity (lower-case hex), the stem of every idempotency key. */
  launchKey: z.string(),
  warnings: z.array(z.string()),
});
export type PlannedImport = z.infer<typeof plannedImportSchema>;

/** A row of the input with its bytes as they stand in the text, line end included. */
export type SourceRow = BatchRow & { raw: Uint8Array };

/**
 * Reads the batches of plans. Rejects with a `SourceError`, whose message is fit for the user, when the source is
 * missing, changed or unreadable.
 */
export interface BatchReader {
  /** What the plan was made of. */
  source(plan: PlanRef): Promise<PinnedSource>;
  /** All rows of a batch, counted from 1, in order. */
  read(plan: PlanRef, batch: number): AsyncIterable<SourceRow>;
}

/**
 * Cuts a source into batches and stores the plan under a name; throws a `SourceError` when it cannot be used.
 * `onProgress` is told the bytes read so far.
 */
export type PlanSource = (
  source: Source,
  options: {
    batchSize: number;
    /** Folder in the store for the plan and, if needed, the copy of the source. */
    folder: string;
    onProgress?: (bytes: number) => void;
  },
) => Promise<Omit<PlannedImport, 'launchKey'>>;
