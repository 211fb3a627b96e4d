import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { objectTypes, type ObjectType } from '../domain/import-job';
import { PrismApi } from './api';
import { Journal, type JournalEntry } from './journal';
import { statusAt, type Job, type JobPatch, type JobScript } from './jobs';
import { Rules, type Rule } from './rules';
import { baseUrlOf, listen, type Parts } from './server';
import { emulatorSettings, type EmulatorOptions } from './settings';

/** A job as tests see it. */
export interface JobInfo {
  id: string;
  teamId: string;
  /** Null for a job made by `createJob` without a kind. */
  kind: ObjectType | null;
  rows: number;
  /** ISO 8601 UTC, by the emulator's clock. */
  launchedAt: string;
  /** The status that the API would give now; `expired` when it would give 404. */
  state: string;
  /** Import requests answered with this job: the one that launched it and its replays; 0 for a made-up job. */
  launchRequests: number;
}

/** A running emulator. Emulators share nothing: any number can run in one process. */
export interface PrismEmulator {
  /** Such as `http://127.0.0.1:49152`, without a trailing slash. */
  readonly baseUrl: string;
  readonly port: number;
  /** Every request so far, in the order in which they were answered. */
  readonly journal: readonly JournalEntry[];
  /** Every job, in order of creation; deleted ones are gone. */
  readonly jobs: () => Promise<JobInfo[]>;
  /** How many records of each kind there are, in one team or in all. */
  readonly counts: (teamId?: string) => Record<ObjectType, number>;
  /** Replaces answers; calling what it returns ends that. */
  readonly intercept: (rule: Rule) => () => void;
  /** Adds a job and returns its id. Rejects when the id is taken. */
  readonly createJob: (script: JobScript) => Promise<string>;
  /** Lays fields over a job's answers. Giving a `status` stops the job's progress there. Rejects for an unknown job. */
  readonly setJob: (jobId: string, patch: JobPatch) => Promise<void>;
  /** Makes a job answer 404 from now on; false when there is none. */
  readonly deleteJob: (jobId: string) => boolean;
  /** Ends all connections and stops. May be called again. Rejects when the journal file could not be written in full. */
  readonly close: () => Promise<void>;
}

/**
 * Starts an emulator of the Prism import API on a loopback port, without a network or an account.
 * Throws a `TypeError` for options that cannot be used; rejects when the port is taken or the journal file cannot be opened.
 * @example
 * const emulator = await startPrismEmulator({ jobDurationMs: 500 });
 * await runMyPipeline({ baseUrl: emulator.baseUrl, apiKey: 'test-key' });
 * console.log(emulator.counts().organization);
 * await emulator.close();
 */
export async function startPrismEmulator(options: EmulatorOptions = {}): Promise<PrismEmulator> {
  const settings = emulatorSettings(options);
  const journal = await Journal.open(settings.journalFile);
  const parts: Parts = { settings, api: new PrismApi(settings), rules: new Rules(), journal };
  try {
    return control(parts, await listen(parts));
  } catch (error) {
    await journal.close();
    throw error;
  }
}

function control({ settings, api, rules, journal }: Parts, server: Server): PrismEmulator {
  const now = async () => settings.clock();
  let closing: Promise<void> | undefined;
  return {
    baseUrl: baseUrlOf(server),
    port: (server.address() as AddressInfo).port,
    journal: journal.entries,
    jobs: async () => {
      const at = await now();
      return api.jobs
        .all()
        .map((job) => infoOf(job, api.jobs.find(job.teamId, job.id, at) === undefined, at));
    },
    counts: (teamId) =>
      Object.fromEntries(objectTypes.map((kind) => [kind, api.records.count(kind, teamId)])) as Record<
        ObjectType,
        number
      >,
    intercept: (rule) => rules.add(rule),
    createJob: async (script) => api.jobs.create(script, await now()).id,
    setJob: async (jobId, patch) => api.jobs.patch(jobId, patch, await now()),
    deleteJob: (jobId) => api.jobs.delete(jobId),
    close: () => (closing ??= stop(server, journal)),
  };
}

function infoOf(job: Job, expired: boolean, now: number): JobInfo {
  return {
    id: job.id,
    teamId: job.teamId,
    kind: job.kind,
    rows: job.results.length,
    launchedAt: new Date(job.createdAt).toISOString(),
    state: expired ? 'expired' : String(statusAt(job, now)),
    launchRequests: job.launchRequests,
  };
}

async function stop(server: Server, journal: Journal): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
  await journal.close();
}
