import type { EmulatorSettings } from '../../settings';
import type { Job } from './job';

/** When a job is over by its script, in milliseconds; infinite when it never ends. */
function endOf(job: Job): number {
  return job.end === 'never' ? Infinity : job.createdAt + job.queueMs + job.durationMs;
}

/** A job's status at a time: what a test gave it, else `processing` until its end. */
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

/** When the job is forgotten, as far as can be known at a time: the settings say from when its retention counts. */
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
