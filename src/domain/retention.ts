import { longestDurationMs } from './duration';
import { retentionMs } from './import-job';
import type { TrackerState } from './tracker-state';

/** What the end of retention is computed from. */
export type RetentionFacts = Pick<TrackerState, 'submittedAtMs' | 'job' | 'clock'>;

/**
 * When the API forgets the import, in milliseconds on the workflow's clock: the job's `expires_at`, carried over from the server's clock, or
 * seven days after submission while the job has not shown a usable one. Never more than a year from submission, whatever the server says.
 */
export function expiresAtMs({ submittedAtMs, job, clock }: RetentionFacts): number {
  const stated = Date.parse(job?.expires_at ?? '');
  if (Number.isNaN(stated)) return submittedAtMs + retentionMs;
  const latest = submittedAtMs + longestDurationMs;
  const earliest = submittedAtMs - longestDurationMs;
  return Math.max(earliest, Math.min(stated - (clock?.offsetMs ?? 0), latest));
}

/** The same as the world should read it: the API's own `expires_at`, else the estimate, in ISO 8601 UTC. */
export function expiresAtText({ submittedAtMs, job }: RetentionFacts): string {
  return new Date(expiresAtMs({ submittedAtMs, job, clock: null })).toISOString();
}
