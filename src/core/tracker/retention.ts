import { z } from 'zod';
import { maxDurationMs } from '../duration';
import { retentionMs } from '../api/limits';
import type { TrackerState } from './state';

/** What the end of retention is computed from. */
export type RetentionFacts = Pick<TrackerState, 'submittedAtMs' | 'job' | 'clock'>;

/**
 * When the API forgets the import, in milliseconds on the workflow's clock: the job's `expires_at`, carried over from
 * the server's clock, or seven days after submission while the job has not shown a usable one. Never more than a year
 * from submission, whatever the server says.
 */
export function expiresAtMs({ submittedAtMs, job, clock }: RetentionFacts): number {
  const stated = statedExpiryMs({ submittedAtMs, job });
  if (stated === null) return submittedAtMs + retentionMs;
  return Math.min(stated - (clock?.offsetMs ?? 0), submittedAtMs + maxDurationMs);
}

/**
 * The job's `expires_at` on the server's clock, or null when it cannot be used: missing, no full ISO 8601 time with its
 * zone (any other text would be read by the worker's own zone), or not after submission.
 */
export function statedExpiryMs({
  submittedAtMs,
  job,
}: Pick<RetentionFacts, 'submittedAtMs' | 'job'>): number | null {
  const text = isoTimeSchema.safeParse(job?.expires_at);
  const stated = text.success ? Date.parse(text.data) : NaN;
  return stated > submittedAtMs ? stated : null;
}

const isoTimeSchema = z.iso.datetime({ offset: true });

/** The same as the world should read it: the API's own `expires_at`, else the estimate, in ISO 8601 UTC. */
export function expiresAtText({ submittedAtMs, job }: RetentionFacts): string {
  return new Date(expiresAtMs({ submittedAtMs, job, clock: null })).toISOString();
}
