import type { ObjectType, RowResult } from '../domain/import-job';
import type { Random } from './random';
import type { EmulatorSettings } from './settings';

/** Fields of the API's ImportJob, laid over what the emulator computes. A field set to `undefined` is left out of the answer, one set to null is sent as null. */
export interface JobPatch {
  status?: unknown;
  total?: unknown;
  processed?: unknown;
  succeeded?: unknown;
  failed?: unknown;
  results?: unknown;
  error?: unknown;
  created_at?: unknown;
  updated_at?: unknown;
  expires_at?: unknown;
  [field: string]: unknown;
}

/** A job that a test makes up. Fields of the API's ImportJob are laid over what is computed, save that `created_at`, `total` and `results` shape the job itself. */
export interface JobScript extends JobPatch {
  teamId: string;
  /** Default: a UUID. */
  jobId?: string;
  kind?: ObjectType;
  /** Default: the length of `results`, else 0. */
  total?: number;
  /** What `complete` will show; default: `total` rows that were created. */
  results?: RowResult[];
  /** ISO 8601; default: now. */
  created_at?: string;
  /** Default: the setting `jobDurationMs`. */
  durationMs?: number;
}

/** A job: how it runs, from which its state at any time is computed. Times are in milliseconds. */
export interface Job {
  readonly id: string;
  readonly teamId: string;
  readonly kind: ObjectType | null;
  readonly createdAt: number;
  readonly durationMs: number;
  readonly results: readonly RowResult[];
  /** Positions of the rows that fail, ascending. */
  readonly failedRows: readonly number[];
  expiresAt: number;
  /** When a test gave it a status, at which its progress stands still; else null. */
  frozenAt: number | null;
  patch: JobPatch;
  /** The import requests answered with this job: the one that launched it and its replays. */
  launchRequests: number;
}

/** The jobs of all teams, by id. */
export class JobBook {
  private readonly jobs = new Map<string, Job>();
  private jobNumber = 0;

  constructor(
    private readonly settings: Pick<EmulatorSettings, 'jobDurationMs' | 'retentionMs'>,
    private readonly random: Random,
  ) {}

  /** Every job that was not deleted, in order of creation. */
  all(): Job[] {
    return [...this.jobs.values()];
  }

  /** Starts a job for rows whose outcomes are already settled; they show as it proceeds. */
  launch(teamId: string, kind: ObjectType, results: RowResult[], now: number): Job {
    return this.add({ teamId, kind, results, launchRequests: 1 }, now);
  }

  /** Adds a job that no request launched. Throws when its id is taken. */
  create(script: JobScript, now: number): Job {
    const { teamId, jobId, kind, total, results, created_at, durationMs, ...patch } = script;
    const createdAt = created_at === undefined ? now : timeOf(created_at, 'created_at');
    const job = this.add(
      {
        teamId,
        kind: kind ?? null,
        results: results ?? this.createdRows(total ?? 0),
        launchRequests: 0,
        ...(jobId !== undefined && { id: jobId }),
        ...(durationMs !== undefined && { durationMs }),
      },
      createdAt,
    );
    if (total !== undefined && total !== job.results.length) patch['total'] = total;
    this.patch(job.id, patch, now);
    return job;
  }

  /** Lays fields over a job. A status freezes the progress as it is; an `expires_at` in ISO 8601 moves the end of the job's retention too. Throws for an unknown job. */
  patch(jobId: string, patch: JobPatch, now: number): void {
    const job = this.jobs.get(jobId);
    if (job === undefined) {
      throw new Error(`There is no job ${jobId} to change: see jobs() for those there are`);
    }
    if (patch.expires_at !== undefined && patch.expires_at !== null) {
      job.expiresAt = timeOf(patch.expires_at, 'expires_at');
    }
    if ('status' in patch) job.frozenAt = now;
    job.patch = { ...job.patch, ...patch };
  }

  /** Notes that an import request was answered with this job again. */
  countReplay(jobId: string): void {
    const job = this.jobs.get(jobId);
    if (job !== undefined) job.launchRequests += 1;
  }

  /** Forgets a job, as if it had expired; false when there is none. */
  delete(jobId: string): boolean {
    return this.jobs.delete(jobId);
  }

  /** The job as a team may see it: undefined when it is another team's, unknown or expired. A job at work never expires. */
  find(teamId: string, jobId: string, now: number): Job | undefined {
    const job = this.jobs.get(jobId);
    if (job === undefined || job.teamId !== teamId) return undefined;
    const finished = ['complete', 'failed'].includes(String(statusAt(job, now)));
    return finished && now >= job.expiresAt ? undefined : job;
  }

  private add(
    parts: Pick<Job, 'teamId' | 'kind' | 'results' | 'launchRequests'> &
      Partial<Pick<Job, 'id' | 'durationMs'>>,
    createdAt: number,
  ): Job {
    this.jobNumber += 1;
    const job: Job = {
      id: this.random.uuid(),
      createdAt,
      failedRows: parts.results.flatMap((result, index) => (result.error ? [index] : [])),
      expiresAt: createdAt + this.settings.retentionMs,
      frozenAt: null,
      patch: {},
      ...parts,
      durationMs: parts.durationMs ?? this.durationOf(parts.results.length),
    };
    if (this.jobs.has(job.id)) throw new Error(`There is already a job ${job.id}: give another jobId`);
    this.jobs.set(job.id, job);
    return job;
  }

  private durationOf(rows: number): number {
    const law = this.settings.jobDurationMs;
    if (typeof law === 'number') return law;
    if (typeof law === 'function') return checkedDuration(law(rows, this.jobNumber));
    return law.min + this.random.fraction() * (law.max - law.min);
  }

  private createdRows(count: number): RowResult[] {
    return Array.from({ length: count }, (_, index) => ({
      input_index: index,
      id: this.random.uuid(),
      created: true,
      existing: false,
      updated: false,
    }));
  }
}

/** A job's status at a time: what a test gave it, else `processing` until its duration is over and then `complete`. */
export function statusAt(job: Job, now: number): unknown {
  if ('status' in job.patch) return job.patch.status;
  return now >= job.createdAt + job.durationMs ? 'complete' : 'processing';
}

/** The ImportJob that the API sends at a time. Progress is linear; `results` are there only when the job is complete. */
export function viewJob(job: Job, now: number): Record<string, unknown> {
  const status = statusAt(job, now);
  const at = Math.min(now, job.frozenAt ?? Infinity);
  const total = job.results.length;
  const share = job.durationMs > 0 ? (at - job.createdAt) / job.durationMs : 1;
  const complete = status === 'complete';
  const processed = complete ? total : Math.floor(Math.min(Math.max(share, 0), 1) * total);
  return { ...fieldsOf(job, status, processed, at), ...(complete && { results: job.results }), ...job.patch };
}

/** The ImportJob that answers the import request itself: nothing is done yet. */
export function viewLaunch(job: Job): Record<string, unknown> {
  return fieldsOf(job, 'processing', 0, job.createdAt);
}

function fieldsOf(job: Job, status: unknown, processed: number, at: number): Record<string, unknown> {
  const failed = job.failedRows.filter((index) => index < processed).length;
  const end = Math.max(job.createdAt, job.frozenAt ?? job.createdAt + job.durationMs);
  return {
    job_id: job.id,
    status,
    total: job.results.length,
    processed,
    succeeded: processed - failed,
    failed,
    created_at: new Date(job.createdAt).toISOString(),
    updated_at: new Date(Math.max(job.createdAt, Math.min(at, end))).toISOString(),
    expires_at: new Date(job.expiresAt).toISOString(),
  };
}

function checkedDuration(ms: number): number {
  if (Number.isFinite(ms) && ms >= 0) return ms;
  throw new TypeError(`jobDurationMs gave ${ms}: expected milliseconds from 0`);
}

function timeOf(value: unknown, field: string): number {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  if (Number.isNaN(time))
    throw new TypeError(`${field}: expected a time in ISO 8601, such as 2026-11-23T09:00:00.000Z`);
  return time;
}
