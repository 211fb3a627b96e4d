import type { BatchImport, BatchRef, ImportPlan, RowTotals, Source } from './import-records';
import type { BatchRow, RowSource } from './start-import';
import type { ResultsRef } from './storage';

/** Input of the activity `planImport`. */
export interface PlanImportInput {
  source: Source;
  batchSize: number;
  /** Run id of the pipeline's first execution, which a reset and a continue-as-new keep. */
  firstExecutionRunId: string;
}

/** Result of the activity `planImport`. */
export interface PlannedImport extends ImportPlan {
  /** Hash of the pipeline's identity (lower-case hex), the stem of every idempotency key. */
  launchKey: string;
}

/** How a batch ended, before its rows are counted. */
export interface BatchEnd extends Pick<BatchImport, 'batch' | 'jobId' | 'status' | 'polls' | 'message'> {
  ref: BatchRef;
  resultsRef: ResultsRef | null;
  /** What the rows are that could be sent and have no result of their own; `failed` only when it is certain that they were not imported. */
  withoutResult: 'failed' | 'unknown';
}

/** Input of the activity `writeReport`; the batches in the order of the source. */
export interface WriteReportInput {
  source: Source;
  columns: string[];
  batches: BatchEnd[];
}

/** Result of the activity `writeReport`; `batches` in the order of the input. */
export interface WrittenReport {
  totals: RowTotals;
  batches: RowTotals[];
  reportUri: string;
  /** Null when no row failed. */
  failedRowsUri: string | null;
}

/** A row of the input with its bytes as they stand in the source, line end included. */
export type SourceRow = BatchRow & { raw: Uint8Array };

/** A source that also gives the bytes of each row. */
export interface RawRowSource extends RowSource {
  readBatch(source: Source, columns: string[], batch: BatchRef): AsyncIterable<SourceRow>;
}

/** Cuts a source into batches; throws a `SourceError` when it cannot be used. `onProgress` is told the bytes read so far. */
export type PlanSource = (
  source: Source,
  batchSize: number,
  onProgress?: (bytes: number) => void,
) => Promise<ImportPlan>;
