import type { Kind, Team } from './launch';
import type { RowEnd } from './rows';

export const second = 1000;
export const day = 86_400 * second;
/** How the emulator of the test runs its jobs. */
export const queueMs = 10 * second;
export const durationMs = (rows: number): number => (60 + 30 * rows) * second;
/** The share of its rows that a job of the second team gets to, and how it ends. */
export const failsAt = 0.4;
export const jobError = { code: 'worker_gone', message: 'The worker has gone' };

/** A job as the model has it. The id is null until an answer has told it. */
export interface ModelJob {
  id: string | null;
  team: Team;
  kind: Kind;
  total: number;
  /** Of the rows that it gets to. */
  rows: RowEnd[];
  createdAt: number;
  queueMs: number;
  durationMs: number;
  end: 'complete' | 'failed' | 'never';
  /** The status that a test has given it, and when. */
  given: { status: 'complete' | 'failed'; at: number } | null;
  /** Whether a test has hidden one of its counters. */
  hidesSucceeded: boolean;
  deleted: boolean;
  /** Requests answered with it. */
  launchRequests: number;
}

export const endOf = (job: ModelJob): number =>
  job.end === 'never' ? Infinity : job.createdAt + job.queueMs + job.durationMs;

export const expiryOf = (job: ModelJob): number => job.createdAt + 7 * day;

export function statusOf(job: ModelJob, now: number): 'processing' | 'complete' | 'failed' {
  if (job.given !== null) return job.given.status;
  if (now < endOf(job)) return 'processing';
  return job.end === 'failed' ? 'failed' : 'complete';
}

/** Whether a job can still be asked for. One at work never expires. */
export function isGone(job: ModelJob, now: number): boolean {
  return job.deleted || (statusOf(job, now) !== 'processing' && now >= expiryOf(job));
}

/** What the API says of a job at a time, without its results. */
export function viewOf(job: ModelJob, now: number): Record<string, unknown> {
  const status = statusOf(job, now);
  const changedAt = Math.min(now, endOf(job), job.given?.at ?? Infinity);
  const done = job.rows.slice(0, status === 'complete' ? job.rows.length : reached(job, now));
  return {
    job_id: job.id,
    status,
    total: job.total,
    ...countersOf(done, job.hidesSucceeded),
    created_at: iso(job.createdAt),
    updated_at: iso(changedAt),
    expires_at: iso(expiryOf(job)),
    ...(status === 'failed' && { error: jobError }),
  };
}

/** The counters for rows that are done. */
export function countersOf(rows: RowEnd[], hidesSucceeded = false) {
  const failed = rows.filter((row) => 'code' in row).length;
  return {
    processed: rows.length,
    ...(!hidesSucceeded && { succeeded: rows.length - failed }),
    failed,
  };
}

/** How many rows are done. In whole numbers: a third of three rows is one row. */
function reached({ createdAt, queueMs, durationMs, given, rows }: ModelJob, now: number): number {
  const workedMs = Math.min(now, given?.at ?? Infinity) - createdAt - queueMs;
  if (workedMs < 0) return 0;
  return workedMs >= durationMs ? rows.length : Math.floor((workedMs * rows.length) / durationMs);
}

const iso = (ms: number) => new Date(ms).toISOString();
