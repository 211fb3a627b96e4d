import { z } from 'zod';
import { importJobSchema, type ImportOptions } from '../../api/import-job';
import type { ObjectType } from '../../api/object-types';
import type { PlanRef } from '../plan';
import { rowSetSchema, type RowSet } from '../row-set';
import { resultsRefSchema } from '../../stored-object';

/** Some of a batch's rows that can be sent, counted from 0 in the order of the source, `to` exclusive; null: all. */
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
 * Which rows of a batch are meant: of a range those that have a value by which the API can find their record again, or
 * those that have none, or all; without some of them.
 */
export const selectionSchema = z.object({
  range: rowRangeSchema,
  only: z.enum(['keyed', 'unkeyed']).nullable(),
  excluded: rowSetSchema,
});
export type Selection = z.infer<typeof selectionSchema>;

/** What the rows of a batch are that can be sent. */
export interface SendableRows {
  size: number;
  /** Those without a value in the property that `dedupe_by` names; null without `dedupe_by`. */
  unkeyed: RowSet | null;
}

/**
 * Input of the activity `startSelectedRows`: some rows of a batch. It has a type of its own, since a worker that knows
 * of ranges alone would send all rows.
 */
export interface StartSelectedRowsInput extends StartImportInput, Selection {
  /** Sent in place of the other key when the selection turns out to leave out no row of the range; or null. */
  wholeKey: string | null;
}

/** Result of the activity `startSelectedRows`: {@link StartedImport}, and what the rows of the batch are. */
export interface StartedSelection {
  started: StartedImport;
  rows: SendableRows;
}

/** Which rows were refused, when the API refused all that were sent together. */
export const refusedSelectionSchema = z.object({
  /** How many rows were sent. */
  sent: z.number(),
  /** Those that the refusal is about; empty when it does not say. What it says of each is kept in the storage. */
  named: rowSetSchema,
  /** Rows of the batch that can be sent, as in {@link SendableRows}. */
  size: z.number(),
  unkeyed: rowSetSchema.nullable(),
});
export type RefusedSelection = z.infer<typeof refusedSelectionSchema>;

/** What the API answers when it has taken rows: a job to follow, or, at once, how it ended, with the results stored. */
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
 * batch could be read. `too_large`: the API takes no request of that many `rows`; `message` is its answer.
 */
export type StartedImport =
  StartedAnswer | { kind: 'nothing_to_send' } | { kind: 'too_large'; rows: number; message: string };

/**
 * Which rows were sent before, in another request: of a run that a reset has undone. They must not be sent again, since
 * the API would create them anew.
 */
export const sentBeforeSchema = z.object({
  /** Rows of the batch that can be sent, as in {@link SendableRows}. */
  size: z.number(),
  unkeyed: rowSetSchema.nullable(),
  selection: selectionSchema,
  /** What was answered then; null when that is not known. */
  answer: startedAnswerSchema.nullable(),
});
export type SentBefore = z.infer<typeof sentBeforeSchema>;
