import type { ImportJob, ImportOptions, ImportRow, ObjectType } from './import-job';
import type { BatchRef, Source } from './import-records';
import type { ResultsRef } from './storage';

/** Input of the activity `startImport`: one batch by reference. */
export interface StartImportInput {
  teamId: string;
  objectType: ObjectType;
  source: Source;
  /** Column names of the source (CSV). */
  columns: string[];
  batch: BatchRef;
  options: ImportOptions;
  idempotencyKey: string;
}

/**
 * Result of the activity `startImport`. `accepted`: a job to follow. `finished`: answered at once, with the results stored.
 * `nothing_to_send`: no row of the batch could be read.
 */
export type StartedImport =
  | { kind: 'accepted'; jobId: string; submittedAt: string }
  | { kind: 'finished'; job: ImportJob; resultsRef: ResultsRef | null; resultsOmitted: boolean }
  | { kind: 'nothing_to_send' };

/** A row of the input: what to send, or why it cannot be sent. `rowNumber` counts data rows from 1, `line` is the first line in the file. */
export type BatchRow =
  | { rowNumber: number; line: number; row: ImportRow }
  | { rowNumber: number; line: number; malformed: string };

/** Reads batches of a source. Rejects with an error whose message is fit for the user when the source is missing, changed or unreadable. */
export interface RowSource {
  readBatch(source: Source, columns: string[], batch: BatchRef): AsyncIterable<BatchRow>;
}
