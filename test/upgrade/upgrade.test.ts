import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ImportReport } from '../../src/core/pipeline/report';
import type { ImportOutcome } from '../../src/core/tracker/outcome';
import type { TrackingState } from '../../src/core/tracker/status';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { TemporaryFiles } from '../support/temporary-files';
import { startDevServer } from '../support/temporal';
import { until } from '../support/until';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';
import { organizations } from '../support/pipeline-rig';

/** The builds that were kept, oldest first: each holds the worker of a release, with its workflow bundle. */
const builds = join(__dirname, 'builds');
const releases = readdirSync(builds);

const teamId = 'acme';

let env: TestWorkflowEnvironment;
let emulator: PrismEmulator;
const files = new TemporaryFiles();
let worker: WorkerProcess | undefined;

beforeAll(async () => {
  env = await startDevServer();
  emulator = await startPrismEmulator();
});
afterAll(async () => {
  await worker?.kill();
  await emulator?.close();
  await env?.teardown();
  files.remove();
});

/**
 * Ends the worker that serves the queue, as a crash would, and starts that of a release, or of this checkout (null),
 * in its place.
 */
async function handTo(release: string | null, taskQueue: string): Promise<void> {
  await worker?.kill();
  worker = await startWorkerProcess({
    ...(release !== null && { program: [join(builds, release, 'worker.js')] }),
    environment: {
      TEMPORAL_ADDRESS: env.address,
      PRISM_TASK_QUEUE: taskQueue,
      PRISM_STORAGE: `file:${files.folder}/store`,
      PRISM_SOURCES: `file:${files.folder}/${taskQueue}.csv`,
      PRISM_REQUESTS_PER_SECOND: '500',
      MICRO_API_KEY: 'test-key',
      MICRO_BASE_URL: emulator.baseUrl,
    },
  });
}

const asked = (jobId: string): number =>
  emulator.controller.journal.filter(
    ({ operation, path }) => operation === 'status' && path.endsWith(`/${jobId}`),
  ).length;

/** Requests that launch a batch; a worker that is killed meanwhile makes one of them again, under its key. */
const launches = (team: string): number =>
  emulator.controller.journal.filter(({ operation, path }) => operation === 'import' && path.includes(team))
    .length;

async function completeJobs(team: string): Promise<void> {
  const jobs = await emulator.controller.jobs();
  for (const { id, state } of jobs.filter(({ teamId: owner }) => owner === team))
    if (state === 'processing') await emulator.controller.setJob(id, { status: 'complete' });
}

// Each handing over waits for heartbeats of the worker before to run out.
jest.setTimeout(300_000);

describe.each(releases)('imports begun on %s', (release) => {
  test('go on in the worker of this build, back in the old one, and end as they should', async () => {
    const taskQueue = `upgrade-${randomUUID()}`;
    await handTo(release, taskQueue);
    const job = (name: string, script: object = {}) =>
      emulator.controller.createJob({
        teamId,
        jobId: `${name}-${taskQueue}`,
        total: 150,
        duration: '7d',
        ...script,
      });
    const track = (jobId: string, input: object = {}) =>
      env.client.workflow.start('trackImport', {
        taskQueue,
        workflowId: jobId,
        args: [{ teamId, jobId, polling: { initialInterval: '200ms', maximumInterval: '200ms' }, ...input }],
      });
    const plain = await job('plain');
    const asleep = await job('asleep');
    const vanishing = await job('vanishing');
    const unreachable = await job('unreachable');
    const refuse = new RegExp(`/imports/unreachable-${taskQueue}$`);
    const failing = emulator.controller.addRule({ path: refuse, respond: { status: 503 } });
    const hourly = { polling: { initialInterval: '1h', maximumInterval: '1h' } };
    const handles = {
      plain: await track(plain),
      asleep: await track(asleep, { ...hourly, notify: [{ workflowId: 'nobody' }] }),
      vanishing: await track(vanishing),
      unreachable: await track(unreachable),
    };
    const state = (name: keyof typeof handles) => handles[name].query<TrackingState>('status');
    await until(
      async () => asked(plain) > 2 && asked(vanishing) > 0 && (await state('unreachable')).problem !== null,
    );
    await until(async () => (await state('asleep')).phase === 'waiting');
    emulator.controller.deleteJob(vanishing);

    /** A burst of what anybody may send, to a tracker that sleeps: it looks, and sleeps again. */
    const harry = async (): Promise<void> => {
      const before = asked(asleep);
      await handles.asleep.signal('subscribe', { workflowId: 'nobody-else' });
      await handles.asleep.signal('subscribe', 'nonsense');
      for (let times = 0; times < 10; times++) await handles.asleep.signal('pollNow');
      await until(async () => asked(asleep) > before && (await state('asleep')).phase === 'waiting');
    };
    for (const next of [null, release, null]) {
      await harry();
      await handTo(next, taskQueue);
      await harry();
      const [before, state0] = [asked(plain), await state('asleep')];
      expect(state0).toMatchObject({ phase: 'waiting', problem: null });
      await until(() => asked(plain) > before);
      expect(await state('unreachable')).toMatchObject({ problem: { code: 'unavailable' } });
    }

    await handles.asleep.executeUpdate('setPolling', {
      args: [{ initialInterval: '2h', maximumInterval: '2h' }],
    });
    failing.remove();
    for (const jobId of [plain, asleep, unreachable])
      await emulator.controller.setJob(jobId, { status: 'complete' });
    for (const handle of Object.values(handles)) await handle.signal('pollNow');
    const end = async (name: keyof typeof handles) => (await handles[name].result()) as ImportOutcome;
    expect(await end('plain')).toMatchObject({ status: 'complete', jobId: plain });
    expect(await end('unreachable')).toMatchObject({ status: 'complete', jobId: unreachable });
    expect(await end('asleep')).toMatchObject({
      status: 'complete',
      tracking: { undelivered: [{ workflowId: 'nobody' }, { workflowId: 'nobody-else' }] },
    });
    expect(await end('vanishing')).toMatchObject({ status: 'expired', evidence: 'vanished_early' });
  });

  test('are launched once and lose no row when a pipeline changes hands in the middle', async () => {
    const taskQueue = `upgrade-${randomUUID()}`;
    const team = `team-${taskQueue}`;
    await handTo(release, taskQueue);
    const held = emulator.controller.addRule({ operation: 'import', teamId: team, job: { duration: '7d' } });
    const rows = 1200;
    const handle = await env.client.workflow.start('importRecords', {
      taskQueue,
      workflowId: `pipeline-${taskQueue}`,
      args: [
        {
          teamId: team,
          objectType: 'organization',
          source: { uri: files.write(`${taskQueue}.csv`, organizations(rows)), format: 'csv' },
          options: { dedupe_by: 'primary_domain' },
          batchSize: 200,
          maxConcurrentImports: 2,
          polling: { initialInterval: '200ms', maximumInterval: '200ms' },
        },
      ],
    });
    await until(() => launches(team) === 2);
    for (const next of [null, release, null]) {
      await handTo(next, taskQueue);
      const before = launches(team);
      await completeJobs(team);
      await until(() => launches(team) > before);
    }
    held.remove();
    await completeJobs(team);
    const report = (await handle.result()) as ImportReport;
    expect(report.totals).toEqual({ rows, created: rows, updated: 0, existing: 0, failed: 0, unknown: 0 });
    expect(report.importsByStatus).toEqual({ complete: rows / 200 });
    const launched = (await emulator.controller.jobs()).filter((job) => job.teamId === team);
    expect(launched).toHaveLength(rows / 200);
  });
});
