import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import type { ImportReport } from '../../src/core/pipeline/report';
import { freePort } from '../../src/dev/free-port';
import { drawMoments } from '../crash/support/killed-worker';
import { executions, expectEveryRowOnce, sentAgain } from '../support/accounting';
import { organizations } from '../support/pipeline-rig';
import { TemporaryFiles } from '../support/temporary-files';
import { teamId } from '../support/tracker-rig';
import { until } from '../support/until';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';
import { prepareFullServer, type FullServer } from './support/full-server';

const trackers = 8;
const rows = 600;
const batchSize = 50;
/** So many requests there are in any case: each tracker polls, each batch is launched and polled. */
const minRequests = 40;
const taskQueue = 'crash';
const polling = { initialInterval: '1s', maximumInterval: '1s', adaptive: false } as const;

let full: FullServer;
let server: ChildProcess;
let port: number;
let client: Client;
let emulator: PrismEmulator;
let worker: WorkerProcess;
const files = new TemporaryFiles();
const source = files.write('input.csv', organizations(rows));

beforeAll(async () => {
  full = await prepareFullServer();
  port = await freePort();
  server = full.start(port);
  emulator = await startPrismEmulator({ job: { duration: '3s' }, asyncThreshold: 1 });
  await until(isUp);
  const address = `127.0.0.1:${port}`;
  client = new Client({ connection: Connection.lazy({ address }) });
  worker = await startWorkerProcess({
    environment: {
      TEMPORAL_ADDRESS: address,
      PRISM_TASK_QUEUE: taskQueue,
      PRISM_STORAGE: `file:${files.folder}/store`,
      PRISM_SOURCES: source,
      MICRO_API_KEY: 'test-key',
      MICRO_BASE_URL: emulator.baseUrl,
    },
  });
});
afterAll(async () => {
  await worker?.kill();
  await client?.connection.close();
  await emulator?.close();
  server?.kill('SIGKILL');
  await full?.close();
  files.remove();
});

/** Whether the server answers, and its database to it; one that has ended, its port being taken, is started again. */
const isUp = async (): Promise<boolean> => {
  if (server.exitCode !== null) server = full.start(port);
  const url = await full.healthUrl(`127.0.0.1:${port}`).catch(() => 'http://127.0.0.1:1');
  return fetch(url, { signal: AbortSignal.timeout(5000) }).then(
    ({ ok }) => ok,
    () => false,
  );
};

async function killServer(): Promise<void> {
  server.kill('SIGKILL');
  server = full.start(port);
  await until(isUp);
}

async function killDatabase(): Promise<void> {
  await full.postgresql.kill();
  await until(async () => !(await isUp()));
  await full.postgresql.start();
  await until(isUp);
}

/** The ends that a workflow which nobody serves was told, by job. */
async function notificationsTo(workflowId: string): Promise<string[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    const data = signal?.input?.payloads?.[0]?.data;
    if (data == null) return [];
    const { jobId, status } = JSON.parse(Buffer.from(data).toString()) as { jobId: string; status: string };
    return [`${jobId} ${status}`];
  });
}

test('PostgreSQL and the server are killed in the middle of imports: none is lost, launched or notified twice', async () => {
  const seed = process.env['CRASH_SEED'] ?? String(randomInt(1_000_000));
  const kills = [killServer, killDatabase, killServer, killDatabase];
  const moments = drawMoments(seed, kills.length, minRequests);
  process.stderr.write(`CRASH_SEED=${seed}, killed at requests ${moments.join(', ')}\n`);

  const listener = await client.workflow.start('listener', { taskQueue: 'nobody', workflowId: 'listener' });
  const jobIds = Array.from({ length: trackers }, (_, n) => `job-${n + 1}`);
  const following = await Promise.all(
    jobIds.map(async (jobId, n) => {
      await emulator.controller.createJob({ teamId, jobId, total: 5, duration: 10_000 + 2000 * n });
      return client.workflow.start('trackImport', {
        taskQueue,
        workflowId: `follow-${jobId}`,
        args: [{ teamId, jobId, polling, notify: [{ workflowId: listener.workflowId }] }],
      });
    }),
  );
  const pipeline = await client.workflow.start('importRecords', {
    taskQueue,
    workflowId: 'pipeline',
    args: [
      {
        ...{ teamId, objectType: 'organization', batchSize, maxConcurrentImports: 2, polling },
        source: { uri: source, format: 'csv' },
      },
    ],
  });
  for (const [index, kill] of kills.entries()) {
    await until(() => emulator.controller.journal.length >= (moments[index] ?? 0));
    await kill();
  }

  const ends = await Promise.all(following.map((handle) => handle.result()));
  expect(ends).toEqual(
    jobIds.map((jobId) => expect.objectContaining({ jobId, status: 'complete' }) as unknown),
  );
  expect((await notificationsTo(listener.workflowId)).toSorted()).toEqual(
    jobIds.map((jobId) => `${jobId} complete`).toSorted(),
  );
  const report = (await pipeline.result()) as ImportReport;
  expectEveryRowOnce(report, rows);
  expect(report.totals).toMatchObject({ created: rows, failed: 0, unknown: 0 });
  const launches = emulator.controller.requests({ operation: 'import' });
  expect(sentAgain(launches)).toEqual([]);
  expect([...executions(launches).values()]).toEqual(Array<number>(rows / batchSize).fill(1));
  expect(worker.isRunning()).toBe(true);
});
