import { z } from 'zod';
import type { ObjectType } from '../api/object-types';
import { outcomeStatusNames } from '../tracker/end-statuses';
import type { Problem } from '../tracker/outcome';

/** Counts of rows by how they ended; the five add up to `rows`. */
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
 * How an import of a batch can end: as its tracker's outcome says, `error` when it could not be followed, `not_started`
 * when it never became one. The last two come with a message.
 */
export const batchImportStatuses = [...outcomeStatusNames, 'not_started', 'error'] as const;
type BatchImportStatus = (typeof batchImportStatuses)[number];

/** What became of one import. A batch that was too large for the API makes several, each of a part of its rows. */
export const reportedImportSchema = rowTotalsSchema.extend({
  batch: z.number(),
  /** Null when the import was answered at once, or never started. */
  jobId: z.string().nullable(),
  status: z.enum(batchImportStatuses),
  polls: z.number(),
  /** Why rows are unknown or failed as a whole, or null. */
  message: z.string().nullable(),
});
export type ReportedImport = z.infer<typeof reportedImportSchema>;

/** Result of the workflow `importRecords`. */
export interface ImportReport {
  totals: RowTotals;
  /**
   * Rows that the API refused together with others, and that were not looked at one by one: whether it would take some
   * of them is not known. They are among the failed ones. Absent in reports of 0.1.0.
   */
  refusedTogether?: number;
  /**
   * Every import in the order of the input; empty when they are so many that they stand in the summary alone
   * (`importsOmitted`).
   */
  imports: ReportedImport[];
  importsOmitted: boolean;
  /** Imports by how they ended, also when the list is omitted; what did not occur is left out. */
  importsByStatus: Partial<Record<BatchImportStatus, number>>;
  /** CSV, one line per input row in input order. */
  reportUri: string;
  /** The same as NDJSON. */
  reportNdjsonUri: string;
  /** JSON: the totals, all imports, the source with its size and hash, the warnings. */
  summaryUri: string;
  /**
   * The failed rows in the input's own format, in UTF-8, which it says of itself by a mark where the input was not;
   * importing it gives the same rows. Null when none failed.
   */
  failedRowsUri: string | null;
  /** What was found out of how the file is read, in words; absent in reports of 0.1.0. */
  findings?: string[];
  /**
   * NDJSON, a line for each failed row whose quoting is broken or which is no text: `row`, `line`, `reason`, and `text`
   * or `bytes` (base64). Null when there is none; absent in reports of 0.1.0.
   */
  brokenRowsUri?: string | null;
  /**
   * The input's own rows in its own format, each with how it ended: as four more columns of a CSV (`outcome`, `id`,
   * `error_code`, `error_message`), as the member `prism` in NDJSON. Absent in reports of 0.1.0.
   */
  resultsFileUri?: string;
  /** What the owner of the file should know, such as columns that no mapping names. */
  warnings: string[];
}

/**
 * What a pipeline leaves that fails after rows may have been imported: part of the first detail of its failure. There
 * are no files with rows of the source.
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

/** How a batch in flight stands. */
export interface BatchState {
  batch: number;
  /** The import that its tracker tracks, or null. */
  jobId: string | null;
  /** How often the current request was sent; 1 for an import that is tracked, 0 before anything is sent. */
  attempt: number;
  /** What keeps it from being launched; null while nothing does. Of an import, its tracker knows. */
  problem: Problem | null;
  /** When it is retried, ISO 8601 UTC; null during an attempt or while it is tracked. */
  nextTryAt: string | null;
}

/** What the pipeline's query `progress` answers. */
export interface PipelineState {
  phase: 'planning' | 'importing' | 'reporting' | 'done';
  objectType: ObjectType;
  rows: number | null;
  batches: { total: number | null; started: number; finished: number };
  /** Rows of the batches that ended. */
  processed: number;
  warnings: string[];
  /** The batches that have started and not ended; absent in answers of 0.1.0. */
  inFlight?: BatchState[];
  /** Whether no batch in flight makes progress; absent in answers of 0.1.0. */
  stuck?: boolean;
}
