import { z } from 'zod';
import { objectTypeSchema, isFailure, rowResultSchema, type ObjectType, type RowResult } from '../contract';
import { timeSchema } from '../../clock';
import { jobScriptSchema } from './job-script';
import type { JobPlan } from './progress';

/** A job, as the plan from which its state at any time is computed. Plain data; times are in milliseconds. */
export interface Job extends JobPlan {
  readonly id: string;
  readonly teamId: string;
  /** Null for a job made up without a kind. */
  readonly kind: ObjectType | null;
  readonly createdAt: number;
  /** Number of rows in the request. */
  readonly total: number;
  /** Results of the rows that the job reaches, in the order of the request. */
  readonly results: readonly RowResult[];
  /** Positions of failed results, ascending. */
  readonly failedRows: readonly number[];
  /** Fields that override what is computed. */
  patch: JobPatch;
  /** When a test set its status, which stops its progress; else null. */
  frozenAt: number | null;
  /** The expiry that a test set; else null. */
  expiresAt: number | null;
}

/** Positions of failed results, ascending. */
export function failedRowsOf(results: readonly RowResult[]): number[] {
  return results.flatMap((result, position) => (isFailure(result) ? [position] : []));
}

/**
 * Fields of the API's ImportJob that override what the emulator computes. A field set to `undefined` is omitted from
 * the answer; one set to null is sent as null.
 */
export interface JobPatch {
  status?: unknown;
  total?: unknown;
  processed?: unknown;
  succeeded?: unknown;
  failed?: unknown;
  results?: unknown;
  error?: unknown;
  created_at?: unknown;
  updated_at?: unknown;
  expires_at?: unknown;
  [field: string]: unknown;
}

/**
 * A job that no request launched. Accepts the fields of a script, and any field of the API's ImportJob as an override.
 * Of these, `created_at`, `total` and `results` shape the job itself.
 */
export const madeUpJobSchema = jobScriptSchema
  .omit({ rows: true })
  .loose()
  .extend({
    teamId: z.string({ error: 'a team id' }).min(1),
    /** Default: a UUID. */
    jobId: z.string({ error: 'a job id' }).min(1).optional(),
    kind: objectTypeSchema.optional(),
    /** Default: the length of `results`, else 0. */
    total: z.int({ error: 'a number of rows' }).min(0).max(10_000_000).optional(),
    /** The results of `complete`; default: `total` created rows. */
    results: z.array(rowResultSchema).optional(),
    /** Default: now. */
    created_at: timeSchema.optional(),
  });

/** A made-up job as callers write it. */
export type MadeUpJob = z.input<typeof madeUpJobSchema>;

/** A job as tests see it. */
export interface JobInfo {
  id: string;
  teamId: string;
  kind: ObjectType | null;
  rows: number;
  /** ISO 8601 UTC, by the emulator's clock. */
  launchedAt: string;
  /** The status that the API would report now; `expired` if it would answer 404. */
  state: string;
  /** Import requests answered with this job: the one that launched it and its replays; 0 for a made-up job. */
  launchRequests: number;
}
