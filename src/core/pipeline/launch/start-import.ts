import { z } from 'zod';
import { importJobSchema, type ImportOptions } from '../../api/import-job';
import type { ObjectType } from '../../api/object-types';
import type { PlanRef } from '../plan';
import { rowSetSchema, type RowSet } from '../row-set';
import { resultsRefSchema } from '../../stored-object';

/** A range of a batch's sendable rows, counted from 0 in source order, `to` exclusive; null means all. */
export const rowRangeSchema = z.object({ from: z.number(), to: z.number() }).nullable();
export type RowRange = z.infer<typeof rowRangeSchema>;

/** Input of the activity `startImport`: a batch, or a part of it, by reference. */
export interface StartImportInput {
  teamId: string;
  objectType: ObjectType;
  plan: PlanRef;
  batch: number;
  range: RowRange;
  options: ImportOptions;
  idempotencyKey: string;
}

/**
 * Selects rows of a batch: within a range, those with a value by which the API can find their record again, or those
 * without one, or both; minus excluded rows.
 */
export const selectionSchema = z.object({
  range: rowRangeSchema,
  only: z.enum(['keyed', 'unkeyed']).nullable(),
  excluded: rowSetSchema,
});
export type Selection = z.infer<typeof selectionSchema>;

/** The rows of a batch that can be sent. */
export interface SendableRows {
  size: number;
  /** Rows without a value in the property that `dedupe_by` names; null without `dedupe_by`. */
  unkeyed: RowSet | null;
}

/**
 * Input of the activity `startSelectedRows`: some rows of a batch. It is a separate activity because a worker that
 * knows only ranges would send all rows.
 */
export interface StartSelectedRowsInput extends StartImportInput, Selection {
  /** The key to use instead if the selection turns out to exclude no row of the range; or null. */
  wholeKey: string | null;
}

/** Result of the activity `startSelectedRows`: {@link StartedImport}, with the sendable rows of the batch. */
export interface StartedSelection {
  started: StartedImport;
  rows: SendableRows;
}

/** Which rows were refused, if the API refused all rows of a request. */
export const refusedSelectionSchema = z.object({
  /** How many rows were sent. */
  sent: z.number(),
  /** The rows that the refusal names; empty if it names none. The message for each is in the storage. */
  named: rowSetSchema,
  /** Number of rows of the batch that can be sent, as in {@link SendableRows}. */
  size: z.number(),
  unkeyed: rowSetSchema.nullable(),
});
export type RefusedSelection = z.infer<typeof refusedSelectionSchema>;

/** The API's answer to accepted rows: a job to follow, or, if it finished at once, its end, with the results stored. */
export const startedAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accepted'), jobId: z.string(), submittedAt: z.iso.datetime() }),
  z.object({
    kind: z.literal('finished'),
    job: importJobSchema,
    resultsRef: resultsRefSchema.nullable(),
    resultsOmitted: z.boolean(),
  }),
]);
export type StartedAnswer = z.infer<typeof startedAnswerSchema>;

/**
 * Result of the activity `startImport`: {@link StartedAnswer}, or why there is none. `nothing_to_send`: no row of the
 * batch could be read. `too_large`: the API does not accept a request of that many `rows`; `message` is its answer.
 */
export type StartedImport =
  StartedAnswer | { kind: 'nothing_to_send' } | { kind: 'too_large'; rows: number; message: string };

/**
 * Rows that an earlier request has already sent, in a run that a reset has undone. They must not be sent again, because
 * the API would create their records again.
 */
export const sentBeforeSchema = z.object({
  /** Number of rows of the batch that can be sent, as in {@link SendableRows}. */
  size: z.number(),
  unkeyed: rowSetSchema.nullable(),
  selection: selectionSchema,
  /** The answer to that request; null if unknown. */
  answer: startedAnswerSchema.nullable(),
});
export type SentBefore = z.infer<typeof sentBeforeSchema>;
