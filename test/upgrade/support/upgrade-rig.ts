import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import type { Environment } from '../../../src/config/config';
import type { ImportReport } from '../../../src/core/pipeline/report';
import { temporalCli } from '../../../src/dev/temporal-cli';
import type { importRecords } from '../../../src/workflows/import-records';
import type { trackImport } from '../../../src/workflows/track-import';
import { TemporaryFiles } from '../../support/temporary-files';
import { startDevServer, workflowBundle } from '../../support/temporal';
import { startWorkerProcess, type WorkerProcess } from '../../support/worker-process';

/** The builds that were kept: each holds the worker of a release, with its workflow bundle. */
export const builds = join(__dirname, '..', 'builds');

/** Their versions. */
export const releases = readdirSync(builds);

const codeOf = (bundle: string) => readFileSync(bundle, 'utf8');

/** The patch that marks the runs of this build, the newest of its `release-…`. */
export const ownMark = [...codeOf(workflowBundle().codePath).matchAll(/'(release-\d+\.\d+)'/g)]
  .map(([, id = '']) => id)
  .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
  .at(-1)!;

/** Whether a release can carry out what this build has begun. */
export const knowsOwnRuns = (release: string): boolean =>
  codeOf(join(builds, release, 'workflow-bundle.js')).includes(ownMark);

/** Releases that cannot. */
export const olderReleases = releases.filter((release) => !knowsOwnRuns(release));

/** A worker's build: a release's, or `this` for that of this checkout. */
type Build = string;

/** A server, an emulator and a folder for the workers of several builds, which are processes of their own. */
export interface UpgradeRig {
  env: TestWorkflowEnvironment;
  emulator: PrismEmulator;
  files: TemporaryFiles;
  /** Has a worker of each of these builds serve the queue, and no other: who must go finishes what it has begun. */
  shift: (taskQueue: string, ...builds: Build[]) => Promise<void>;
  /** A worker with these variables besides its own; it may be stopped before the rig is. */
  start: (build: Build, environment: Environment) => Promise<WorkerProcess>;
  /** What `temporal` prints; rejects when it fails. */
  temporal: (...parameters: string[]) => Promise<string>;
  /** A job that goes on for a week, unless the script says otherwise; its id begins with the name. */
  job: (name: string, taskQueue: string, script?: object) => Promise<string>;
  track: (
    taskQueue: string,
    jobId: string,
    input?: object,
  ) => Promise<WorkflowHandleWithFirstExecutionRunId<typeof trackImport>>;
  /** A pipeline of this CSV in batches of 200, two at once; its team has the name of the queue. */
  importRows: (
    name: string,
    taskQueue: string,
    csv: string,
    input?: object,
  ) => Promise<WorkflowHandleWithFirstExecutionRunId<typeof importRecords>>;
  /** Whether workflow tasks of a run that goes on fail: no worker that took them could carry them out. */
  isStalled: (workflowId: string) => Promise<boolean>;
  /** Polls of a job so far. */
  polls: (jobId: string) => number;
  /** Requests so far that launch a batch. */
  launches: (teamId: string) => number;
  /** How many jobs of a team go on and have been polled: their trackers have begun. */
  followed: (teamId: string) => Promise<number>;
  /** Ends the jobs of a team that go on. */
  completeJobs: (teamId: string) => Promise<void>;
  close: () => Promise<void>;
}

/** The team of jobs that no pipeline has launched. */
export const teamId = 'acme';
const quick = { initialInterval: '200ms', maximumInterval: '200ms' };

/** Workflow tasks that no worker could carry out are tried again soon: by default it takes up to ten minutes. */
const quickRetries = ['history.defaultWorkflowTaskTimeout="5s"', 'history.workflowTaskRetryMaxInterval="1s"'];

/** Starts a rig, its server with these dynamic settings, for the builds to take work from each other. */
export async function startUpgradeRig(settings: string[] = []): Promise<UpgradeRig> {
  const extraArgs = [...quickRetries, ...settings].flatMap((value) => ['--dynamic-config-value', value]);
  const [env, emulator] = await Promise.all([startDevServer({ extraArgs }), startPrismEmulator()]);
  const files = new TemporaryFiles();
  const sources = join(files.folder, 'sources');
  mkdirSync(sources);
  const workers: WorkerProcess[] = [];
  const { controller } = emulator;
  const start: UpgradeRig['start'] = async (build, environment) => {
    const worker = await startWorkerProcess({
      ...(build !== 'this' && { program: [join(builds, build, 'worker.js')] }),
      environment: {
        TEMPORAL_ADDRESS: env.address,
        PRISM_STORAGE: `file:${files.folder}/store`,
        PRISM_SOURCES: `file:${sources}`,
        PRISM_REQUESTS_PER_SECOND: '500',
        MICRO_API_KEY: 'test-key',
        MICRO_BASE_URL: emulator.baseUrl,
        ...environment,
      },
    });
    workers.push(worker);
    return worker;
  };
  const polls = (jobId: string) =>
    controller.journal.filter(({ operation, path }) => operation === 'status' && path.endsWith(`/${jobId}`))
      .length;
  const serving = new Map<string, Map<Build, WorkerProcess>>();
  return {
    env,
    emulator,
    files,
    start,
    async shift(taskQueue, ...wanted) {
      const before = serving.get(taskQueue) ?? new Map<Build, WorkerProcess>();
      const leaving = [...before].filter(([build]) => !wanted.includes(build));
      await Promise.all(leaving.map(([, worker]) => worker.stop()));
      const now = await Promise.all(
        wanted.map(
          async (build) =>
            [build, before.get(build) ?? (await start(build, { PRISM_TASK_QUEUE: taskQueue }))] as const,
        ),
      );
      serving.set(taskQueue, new Map(now));
    },
    async temporal(...parameters) {
      const { path } = await temporalCli();
      return (await promisify(execFile)(path, [...parameters, '--address', env.address])).stdout;
    },
    job: (name, taskQueue, script = {}) =>
      controller.createJob({ teamId, jobId: `${name}-${taskQueue}`, total: 150, duration: '7d', ...script }),
    track: (taskQueue, jobId, input = {}) =>
      env.client.workflow.start<typeof trackImport>('trackImport', {
        taskQueue,
        workflowId: jobId,
        args: [{ teamId, jobId, polling: quick, ...input }],
      }),
    importRows: (name, taskQueue, csv, input = {}) =>
      env.client.workflow.start<typeof importRecords>('importRecords', {
        taskQueue,
        workflowId: `${name}-${taskQueue}`,
        args: [
          {
            teamId: taskQueue,
            objectType: 'organization',
            source: { uri: files.write(`sources/${name}-${taskQueue}.csv`, csv), format: 'csv' },
            options: { dedupe_by: 'primary_domain' },
            batchSize: 200,
            maxConcurrentImports: 2,
            polling: quick,
            ...input,
          },
        ],
      }),
    async isStalled(workflowId) {
      const { raw } = await env.client.workflow.getHandle(workflowId).describe();
      return (raw.pendingWorkflowTask?.attempt ?? 1) > 1;
    },
    polls,
    async followed(team) {
      const jobs = await controller.jobs();
      return jobs.filter(
        ({ id, teamId: owner, state }) => owner === team && state === 'processing' && polls(id) > 0,
      ).length;
    },
    launches: (team) =>
      controller.journal.filter(({ operation, path }) => operation === 'import' && path.includes(team))
        .length,
    async completeJobs(team) {
      for (const { id, teamId: owner, state } of await controller.jobs())
        if (owner === team && state === 'processing') await controller.setJob(id, { status: 'complete' });
    },
    async close() {
      await Promise.all(workers.filter((worker) => worker.isRunning()).map((worker) => worker.kill()));
      await emulator.close();
      await env.teardown();
      files.remove();
    },
  };
}

/** Totals of a pipeline whose every row was created. */
export const allCreated = (rows: number): ImportReport['totals'] => ({
  rows,
  created: rows,
  updated: 0,
  existing: 0,
  failed: 0,
  unknown: 0,
});
