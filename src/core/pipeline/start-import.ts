import { z } from 'zod';
import type { ImportJob, ImportOptions } from '../api/import-job';
import type { ObjectType } from '../api/object-types';
import type { PlanRef } from './plan';
import type { ResultsRef } from '../stored-object';

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
 * Result of the activity `startImport`. `accepted`: a job to follow. `finished`: answered at once, with the results
 * stored. `nothing_to_send`: no row of the batch could be read. `too_large`: the API takes no request of that many
 * `rows`; `message` is its answer.
 */
export type StartedImport =
  | { kind: 'accepted'; jobId: string; submittedAt: string }
  | { kind: 'finished'; job: ImportJob; resultsRef: ResultsRef | null; resultsOmitted: boolean }
  | { kind: 'nothing_to_send' }
  | { kind: 'too_large'; rows: number; message: string };
