import type { RowResult } from '../contract';
import { timeSchema } from '../../clock';
import { parsed } from '../../parsed';
import { createRandom } from '../../random';
import type { EmulatorSettings } from '../../settings';
import { failedRowsOf, madeUpJobSchema, type Job, type JobPatch, type MadeUpJob } from './job';
import { jobScriptSchema } from './job-script';
import { expiresAtOf, statusAt } from './job-time';
import { attemptedRows, planOf } from './progress';

/** The jobs of all teams, by id. */
export class JobBook {
  private readonly jobs = new Map<string, Job>();

  constructor(private readonly settings: EmulatorSettings) {}

  /** Every job that was not deleted, in order of creation. */
  all(): Job[] {
    return [...this.jobs.values()];
  }

  /** Adds a job. Throws when its id is taken. */
  add(job: Job): void {
    if (this.jobs.has(job.id)) throw new Error(`There is already a job ${job.id}: give another jobId`);
    this.jobs.set(job.id, job);
  }

  /**
   * Lays fields over a job. A status freezes the progress as it is; an `expires_at` moves the end of the job's
   * retention too. Throws for an unknown job.
   */
  patch(jobId: string, patch: JobPatch, now: number): void {
    const job = this.jobs.get(jobId);
    if (job === undefined) {
      throw new Error(`There is no job ${jobId} to change: see jobs() for those there are`);
    }
    if (patch.expires_at !== undefined && patch.expires_at !== null) {
      job.expiresAt = parsed(timeSchema, patch.expires_at, 'expires_at');
    }
    if ('status' in patch) job.frozenAt = now;
    job.patch = { ...job.patch, ...patch };
  }

  /** Forgets a job, as if it had expired; false when there is none. */
  delete(jobId: string): boolean {
    return this.jobs.delete(jobId);
  }

  /** Forgets all. */
  clear(): void {
    this.jobs.clear();
  }

  /**
   * What the book has for a team: the job, that it has expired, or that it never was the team's. A job at work never
   * expires.
   */
  find(teamId: string, jobId: string, now: number): Job | 'expired' | 'unknown' {
    const job = this.jobs.get(jobId);
    if (job === undefined || job.teamId !== teamId) return 'unknown';
    const finished = ['complete', 'failed'].includes(String(statusAt(job, now)));
    return finished && now >= expiresAtOf(job, this.settings, now) ? 'expired' : job;
  }
}

/**
 * A job made up by a test, the n-th of its emulator, and the fields to lay over it. Throws a `TypeError` for a form
 * that cannot be used.
 */
export function madeUpJob(
  input: MadeUpJob,
  settings: EmulatorSettings,
  number: number,
  now: number,
): { job: Job; patch: JobPatch } {
  const { teamId, jobId, kind, total, results, created_at, duration, queue, progress, end, ...patch } =
    parsed(madeUpJobSchema, input, 'The job cannot be created');
  const random = createRandom(settings.seed, 'made-up job', number);
  const id = jobId ?? random.uuid();
  const rows = results ?? createdRows(total ?? 0, random.uuid);
  const own = { duration, queue, progress, end };
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const script = jobScriptSchema.parse({ ...settings.job, ...settings.teamJobs[teamId], ...given });
  const reached = rows.slice(0, attemptedRows(script.end, rows.length));
  const job: Job = {
    id,
    teamId,
    kind: kind ?? null,
    createdAt: created_at ?? now,
    total: total ?? rows.length,
    results: reached,
    failedRows: failedRowsOf(reached),
    patch: {},
    frozenAt: null,
    expiresAt: null,
    ...planOf(script, rows.length, random),
  };
  return { job, patch };
}

function createdRows(count: number, newId: () => string): RowResult[] {
  return Array.from({ length: count }, (_, index) => ({
    input_index: index,
    id: newId(),
    created: true,
    existing: false,
    updated: false,
  }));
}
