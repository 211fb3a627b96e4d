import { z } from 'zod';
import type { ObjectType } from '../api/object-types';
import { outcomeStatusNames } from '../tracker/end-statuses';
import type { Problem } from '../tracker/outcome';

/** Row counts by outcome. The five outcomes add up to `rows`. */
export const rowTotalsSchema = z.object({
  rows: z.number(),
  created: z.number(),
  updated: z.number(),
  existing: z.number(),
  failed: z.number(),
  unknown: z.number(),
});
export type RowTotals = z.infer<typeof rowTotalsSchema>;

/**
 * How an import of a batch can end: an outcome of its tracker, `error` if it could not be tracked, or `not_started` if
 * it was never started. The last two have a message.
 */
export const batchImportStatuses = [...outcomeStatusNames, 'not_started', 'error'] as const;
type BatchImportStatus = (typeof batchImportStatuses)[number];

/** The outcome of one import. A batch that is too large for the API makes several, each of some of its rows. */
export const reportedImportSchema = rowTotalsSchema.extend({
  batch: z.number(),
  /** Null if the API answered with the results at once, or if the import was never started. */
  jobId: z.string().nullable(),
  status: z.enum(batchImportStatuses),
  polls: z.number(),
  /** Why rows are unknown, or failed as a whole; or null. */
  message: z.string().nullable(),
});
export type ReportedImport = z.infer<typeof reportedImportSchema>;

/** Result of the workflow `importRecords`. */
export interface ImportReport {
  totals: RowTotals;
  /**
   * Rows that the API refused together with others and that were not sent alone. The API might accept some of them.
   * They count as failed. Absent in reports of 0.1.0.
   */
  refusedTogether?: number;
  /** Every import in input order. Empty if there are too many (`importsOmitted`): then only the summary lists them. */
  imports: ReportedImport[];
  importsOmitted: boolean;
  /** Number of imports by how they ended, even if the list is omitted. Zero counts are left out. */
  importsByStatus: Partial<Record<BatchImportStatus, number>>;
  /** CSV, one line per input row in input order. */
  reportUri: string;
  /** The same as NDJSON. */
  reportNdjsonUri: string;
  /** JSON: the totals, all imports, the source with its size and hash, the warnings. */
  summaryUri: string;
  /**
   * The failed rows in the input's own format and in UTF-8, with a byte order mark if the input has another encoding.
   * Importing this file gives the same rows. Null if no row failed.
   */
  failedRowsUri: string | null;
  /** What was detected about how to read the file, in words; absent in reports of 0.1.0. */
  findings?: string[];
  /**
   * NDJSON with a line for each failed row that has broken quoting or is not text: `row`, `line`, `reason`, and `text`
   * or `bytes` (base64). Null if there are none; absent in reports of 0.1.0.
   */
  brokenRowsUri?: string | null;
  /**
   * The input's own rows in its own format, each with its outcome: in four additional columns of a CSV (`outcome`,
   * `id`, `error_code`, `error_message`), or in the member `prism` in NDJSON. Absent in reports of 0.1.0.
   */
  resultsFileUri?: string;
  /** What the file's owner should know, such as columns that the mapping does not name. */
  warnings: string[];
}

/**
 * What a pipeline leaves behind when it fails after rows may have been imported. It is part of the first detail of the
 * failure, and includes no files with rows of the source.
 */
export const earlyReportSchema = z.object({
  totals: rowTotalsSchema,
  /** CSV, one line per input row in input order. */
  reportUri: z.string(),
  /** The same as NDJSON. */
  reportNdjsonUri: z.string(),
  /** JSON: the totals, all imports, the source with its size and hash, the warnings. */
  summaryUri: z.string(),
});
export type EarlyReport = z.infer<typeof earlyReportSchema>;

/** The state of a batch in flight. */
export interface BatchState {
  batch: number;
  /** The import that is being tracked, or null. */
  jobId: string | null;
  /** How often the current request was sent: 1 for an import that is tracked, 0 before the first request. */
  attempt: number;
  /** Why it cannot be launched, or null. Problems of an import that is tracked are in its tracker. */
  problem: Problem | null;
  /** Time of the next attempt, ISO 8601 UTC; null during an attempt, and for an import that is tracked. */
  nextTryAt: string | null;
}

/** Answer of the query `progress` of a pipeline. */
export interface PipelineState {
  phase: 'planning' | 'importing' | 'reporting' | 'done';
  objectType: ObjectType;
  rows: number | null;
  batches: { total: number | null; started: number; finished: number };
  /** Number of rows in finished batches. */
  processed: number;
  warnings: string[];
  /** The batches that have started but not finished; absent in answers of 0.1.0. */
  inFlight?: BatchState[];
  /** Whether no batch in flight makes progress; absent in answers of 0.1.0. */
  stuck?: boolean;
}
