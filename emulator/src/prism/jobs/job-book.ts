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

  /** Every job in order of creation, without deleted ones. */
  all(): Job[] {
    return [...this.jobs.values()];
  }

  /** Adds a job. Throws if its id is taken. */
  add(job: Job): void {
    if (this.jobs.has(job.id)) throw new Error(`There is already a job ${job.id}: give another jobId`);
    this.jobs.set(job.id, job);
  }

  /**
   * Overrides fields of a job. A status freezes its progress; an `expires_at` also moves its expiry. Throws for an
   * unknown job.
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

  /** Removes a job as if it had expired; returns false if there is none. */
  delete(jobId: string): boolean {
    return this.jobs.delete(jobId);
  }

  /** Removes all jobs. */
  clear(): void {
    this.jobs.clear();
  }

  /** Finds a team's job, or returns that it expired or never belonged to the team. Running jobs never expire. */
  find(teamId: string, jobId: string, now: number): Job | 'expired' | 'unknown' {
    const job = this.jobs.get(jobId);
    if (job === undefined || job.teamId !== teamId) return 'unknown';
    const finished = ['complete', 'failed'].includes(String(statusAt(job, now)));
    return finished && now >= expiresAtOf(job, this.settings, now) ? 'expired' : job;
  }
}

/**
 * The n-th job that a test makes up in its emulator, and its overridden fields. Throws a `TypeError` for invalid input.
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
