import type { RowResult } from '../contract';
import { createRandom, shuffled } from '../../random';
import type { EmulatorSettings } from '../../settings';
import { failedRowsOf, type Job } from './job';
import { expiresAtOf, statusAt, updatedAtOf } from './job-time';
import { doneShare } from './progress';

/** The ImportJob that the API sends at a time. */
export function viewJob(job: Job, settings: EmulatorSettings, now: number): Record<string, unknown> {
  const status = statusAt(job, now);
  const at = Math.min(now, job.frozenAt ?? Infinity);
  const processed = processedAt(job, status, at);
  const error = typeof job.end === 'object' ? job.end.failed : jobFailed;
  return {
    ...fieldsOf(job, settings, status, processed, now),
    ...resultsOf(job, settings, status, processed ?? 0),
    ...(status === 'failed' && { error }),
    ...job.patch,
  };
}

/** The default error of a failed job; the API documents no such code. */
const jobFailed = { code: 'import_failed', message: 'The import could not be finished' };

/** The ImportJob that answers the import request itself, before any progress. */
export function viewLaunch(job: Job, settings: EmulatorSettings): Record<string, unknown> {
  const processed = job.progress === 'none' ? null : 0;
  return {
    ...fieldsOf(job, settings, 'processing', processed, job.createdAt),
    ...resultsOf(job, settings, 'processing', 0),
  };
}

/** The ImportJob of an import that was answered at once. It is not stored, and so has no dates. */
export function viewSync(
  results: readonly RowResult[],
  total: number,
  settings: EmulatorSettings,
  seed: string,
): Record<string, unknown> {
  const failed = failedRowsOf(results).length;
  const counts = { total, processed: results.length, succeeded: results.length - failed, failed };
  return { job_id: null, status: 'complete', ...counts, results: arranged(results, settings, seed) };
}

function processedAt(job: Job, status: unknown, at: number): number | null {
  if (status === 'complete') return job.results.length;
  const elapsed = at - job.createdAt - job.queueMs;
  const time = job.durationMs > 0 ? Math.min(Math.max(elapsed / job.durationMs, 0), 1) : Number(elapsed >= 0);
  // A failed job reports how far it came, whatever it reported while it ran.
  const curve = status === 'failed' && typeof job.progress === 'string' ? 'linear' : job.progress;
  const share = doneShare(curve, time);
  return share === null ? null : Math.floor(share * job.results.length);
}

function fieldsOf(
  job: Job,
  settings: EmulatorSettings,
  status: unknown,
  processed: number | null,
  now: number,
): Record<string, unknown> {
  const failed = job.failedRows.filter((position) => position < (processed ?? 0)).length;
  const finished = status === 'complete' || status === 'failed';
  const { expiresAtSent } = settings;
  const expires = expiresAtSent === 'always' || (expiresAtSent === 'finished' && finished);
  return {
    job_id: job.id,
    status,
    total: job.total,
    ...(processed !== null && { processed, succeeded: processed - failed, failed }),
    created_at: iso(job.createdAt),
    updated_at: iso(updatedAtOf(job, now)),
    ...(expires && { expires_at: iso(expiresAtOf(job, settings, now)) }),
  };
}

function resultsOf(job: Job, settings: EmulatorSettings, status: unknown, processed: number) {
  const { results: extent, unfinishedResults } = settings;
  if (status === 'complete') {
    if (extent === 'omitted') return {};
    const all = arranged(job.results, settings, job.id);
    return { results: extent === 'all' ? all : all.slice(0, extent.truncate) };
  }
  if (unfinishedResults === 'absent') return {};
  if (unfinishedResults === 'empty') return { results: [] };
  return { results: arranged(job.results.slice(0, processed), settings, job.id) };
}

/** Results in the order, and with the gaps, that the settings define; the same for every request. */
function arranged(
  results: readonly RowResult[],
  settings: EmulatorSettings,
  seed: string,
): readonly RowResult[] {
  const { resultsOrder, resultsMissing } = settings;
  if (resultsOrder === 'input' && resultsMissing === 0) return results;
  const random = createRandom(settings.seed, 'results', seed);
  const kept = results.filter(() => random.fraction() >= resultsMissing);
  return resultsOrder === 'input' ? kept : shuffled(kept, random);
}

const iso = (ms: number): string => new Date(ms).toISOString();
