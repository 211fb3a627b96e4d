import { Context } from '@temporalio/activity';
import { isFailedRow, type ImportJob, type RowResult } from '../core/api/import-job';
import { retentionMs } from '../core/api/limits';
import { parseDuration } from '../core/duration';
import { PrismError } from '../ports/prism-error';
import type { ApiAnswer, ImportApi } from '../ports/import-api';

/** An import that a tracker polls. */
export interface PolledImport {
  teamId: string;
  jobId: string;
}

/**
 * How an import ends. `after` is the time from the first poll by the server's clock, such as `'3m'`; default: it ends
 * at the first poll.
 *
 * - `complete`, `failed`: the API reports this, with these fields of the job in addition to, or instead of, made-up
 *   ones.
 * - `expired`: the API no longer knows the import.
 * - `never`: the import does not end.
 * - `refused`: the API refuses the key, so the tracker fails with `PrismUnauthorized`.
 */
export type TrackerDoubleEnd =
  | { status: 'complete' | 'failed'; after?: string; job?: Partial<ImportJob>; results?: RowResult[] }
  | { status: 'expired'; after?: string }
  | { status: 'never' }
  | { status: 'refused' };

/** An API whose imports end as `endOf` says, and make progress until then. It starts none. */
export function scriptedImports(endOf: (polled: PolledImport) => TrackerDoubleEnd): ImportApi {
  const firstPolledMs = new Map<string, number>();
  return {
    getImport(teamId, jobId) {
      const nowMs = Context.current().info.currentAttemptScheduledTimestampMs;
      const key = JSON.stringify([teamId, jobId]);
      const sinceMs = firstPolledMs.get(key) ?? nowMs;
      firstPolledMs.set(key, sinceMs);
      return Promise.resolve().then(() =>
        answer({ teamId, jobId }, endOf({ teamId, jobId }), sinceMs, nowMs),
      );
    },
    startImport: () => Promise.reject(refusal('POST', 405)),
  };
}

const total = 100;

function answer(
  { jobId }: PolledImport,
  end: TrackerDoubleEnd,
  sinceMs: number,
  nowMs: number,
): ApiAnswer<ImportJob | null> {
  if (end.status === 'refused') throw refusal('GET', 401);
  const afterMs = end.status === 'never' ? Infinity : toMs(end.after ?? '0s');
  const isOver = nowMs - sinceMs >= afterMs;
  if (isOver && end.status === 'expired') return answered(null, nowMs);
  const part = isOver ? 1 : Math.min(0.99, (nowMs - sinceMs) / afterMs);
  const processed = Math.floor(part * total);
  const at = (ms: number) => new Date(ms).toISOString();
  const progress: ImportJob = {
    job_id: jobId,
    status: 'processing',
    total,
    processed,
    succeeded: processed,
    failed: 0,
    created_at: at(sinceMs),
    updated_at: at(nowMs),
    expires_at: at(sinceMs + retentionMs),
  };
  if (!isOver || end.status === 'never' || end.status === 'expired') return answered(progress, nowMs);
  const { status, job = {}, results } = end;
  return answered({ ...progress, status, ...countsOf(status, results), ...job }, nowMs);
}

/** Counts that match the results; without results, all rows ended as the import did. */
function countsOf(status: 'complete' | 'failed', results: RowResult[] | undefined): Partial<ImportJob> {
  if (results === undefined) return status === 'failed' ? { succeeded: 0, failed: total } : {};
  const failed = results.filter(isFailedRow).length;
  const succeeded = results.length - failed;
  return { total: results.length, processed: results.length, succeeded, failed, results };
}

function toMs(after: string): number {
  const ms = parseDuration(after);
  if (ms === undefined)
    throw new TypeError(`after: saw ${JSON.stringify(after)}, expected a duration such as '3m'`);
  return ms;
}

const answered = <T>(value: T, nowMs: number): ApiAnswer<T> => ({
  value,
  serverTime: new Date(nowMs).toISOString(),
  retryAfterMs: null,
  streamed: false,
});

const refusal = (method: string, status: number): PrismError =>
  new PrismError(`the tracker double answers with ${status}`, {
    problem: 'status',
    request: `${method} of a tracker double`,
    sent: true,
    status,
    requestId: null,
    code: null,
    retryAfterMs: null,
  });
