import type { EmulatorSettings } from '../../settings';
import type { Job } from './job';

/** When a job's script ends, in milliseconds; infinite if it never does. */
function endOf(job: Job): number {
  return job.end === 'never' ? Infinity : job.createdAt + job.queueMs + job.durationMs;
}

/** A job's status at a time: the one that a test set, else `processing` until its end. */
export function statusAt(job: Job, now: number): unknown {
  if ('status' in job.patch) return job.patch.status;
  if (now < endOf(job)) return 'processing';
  return typeof job.end === 'object' ? 'failed' : 'complete';
}

/** When the job last changed. */
export function updatedAtOf(job: Job, now: number): number {
  const last = Math.min(now, job.frozenAt ?? Infinity, endOf(job));
  return Math.max(job.createdAt, last);
}

/** When the job expires, as far as is known at a time; the settings say when its retention starts. */
export function expiresAtOf(
  job: Job,
  { retention, retentionFrom }: Pick<EmulatorSettings, 'retention' | 'retentionFrom'>,
  now: number,
): number {
  if (job.expiresAt !== null) return job.expiresAt;
  if (retentionFrom === 'update') return updatedAtOf(job, now) + retention;
  const finished = statusAt(job, now) !== 'processing';
  if (retentionFrom === 'completion' && finished) return updatedAtOf(job, now) + retention;
  return job.createdAt + retention;
}
