import { isFinished, type ImportJob } from '../core/api/import-job';

/** How one import ran, as its tracker saw it: one line of the files that the polling lab replays. */
export interface Trace {
  /**
   * From submission to the poll that found the end, in milliseconds. The end itself lies between that poll and the one
   * before.
   */
  durationMs: number;
  total: number | null;
  /** [milliseconds since submission, rows processed] for each poll that reported them. */
  progress: [number, number][];
}

/** What a poll saw, and when it ended. */
export interface SeenJob {
  atMs: number;
  job: Pick<ImportJob, 'status' | 'processed' | 'total'>;
}

/**
 * The trace of an import, from its polls in order of time; null if the last poll did not find the end. It holds only
 * times and counters: no ids, names or rows.
 */
export function traceOf(submittedAtMs: number, polls: SeenJob[]): Trace | null {
  const last = polls.at(-1);
  if (last === undefined || !isFinished(last.job)) return null;
  const progress = polls.flatMap(({ atMs, job: { processed } }): [number, number][] =>
    typeof processed === 'number' ? [[Math.max(0, atMs - submittedAtMs), processed]] : [],
  );
  const durationMs = Math.max(1, last.atMs - submittedAtMs);
  return { durationMs, total: last.job.total ?? null, progress };
}
