import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { ExceptTrackers } from '../../examples/typescript/except-trackers';
import { createJoinActivities } from '../../examples/typescript/join';
import type { awaitTyped, joinImport, listFailedRows } from '../../examples/typescript/typed';
import { createEncryptionCodec } from '../../src/codec/encryption-codec';
import { createImports } from '../../src/entries';
import { startDevServer } from '../support/temporal';
import { startTrackerRig, type TrackerRig } from '../support/tracker-rig';
import { until } from '../support/until';

const root = join(__dirname, '..', '..');
const parents = `parents-${randomUUID()}`;
/** Of parents that encrypt all but what goes to trackers. */
const encrypted = `encrypted-${randomUUID()}`;
const codec = createEncryptionCodec([{ id: 'parents', key: randomBytes(32) }]);
const dataConverter = { payloadCodecs: [new ExceptTrackers(codec)] };
let server: TestWorkflowEnvironment;
let rig: TrackerRig;
let workers: Worker[] = [];
let running: Promise<void>[] = [];

beforeAll(async () => {
  server = await startDevServer();
  rig = await startTrackerRig(server);
  const entry = { 'prism-imports/workflow$': join(root, 'dist', 'entries', 'workflow.js') };
  const workflowBundle = await bundleWorkflowCode({
    logger: new DefaultLogger('ERROR'),
    workflowsPath: join(root, 'examples', 'typescript', 'typed.ts'),
    // As an installed package is found.
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, alias: { ...config.resolve?.alias, ...entry } },
    }),
  });
  const connection = server.nativeConnection;
  const activities = createJoinActivities(server.client);
  workers = await Promise.all([
    Worker.create({ connection, taskQueue: parents, workflowBundle, activities }),
    Worker.create({ connection, taskQueue: encrypted, workflowBundle, activities, dataConverter }),
  ]);
  running = workers.map((worker) => worker.run());
});
afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await Promise.all(running);
  await rig?.close();
  await server?.teardown();
});

const imports = () => createImports(server.client, { taskQueue: rig.taskQueue });
const start = (workflowId = `parent/${randomUUID()}`) => ({ workflowId, taskQueue: parents });

/** An import with so many rows, of which the first ones failed with a message of 100 characters. */
async function createImport(rows: number, failed: number) {
  const error = { code: 'invalid_value', message: 'x'.repeat(100) };
  const results = Array.from({ length: rows }, (_, index) =>
    index < failed ? { input_index: index, id: null, error } : { input_index: index, id: `r-${index}` },
  );
  const [teamId, jobId] = [randomUUID(), randomUUID()];
  await rig.emulator.controller.createJob({ teamId, jobId, duration: 500, results });
  return { teamId, jobId, taskQueue: rig.taskQueue };
}

/** A tracker that polls once an hour, so that what it says stays. */
async function startRestingTracker() {
  const [teamId, jobId] = [randomUUID(), randomUUID()];
  await rig.emulator.controller.createJob({ teamId, jobId, total: 1000, duration: 3_600_000 });
  return imports().track({ teamId, jobId, polling: { initialInterval: '1h', maximumInterval: '1h' } });
}

/** What a workflow was started with, as the server has it. */
async function inputOf(workflowId: string): Promise<{ encoding: string; text: string }[]> {
  const { events } = await server.client.workflow.getHandle(workflowId).fetchHistory();
  const started = events?.[0]?.workflowExecutionStartedEventAttributes;
  return (started?.input?.payloads ?? []).map(({ metadata, data }) => ({
    encoding: Buffer.from(metadata?.['encoding'] ?? []).toString(),
    text: Buffer.from(data ?? []).toString(),
  }));
}

test('sends typed nulls, durations and times', async () => {
  const workflowId = `parent/${randomUUID()}`;
  const given = { submittedAt: new Date().toISOString(), waitTimeout: 'PT1H30M' };
  // Nulls as typed values have them that come from another program; the package's own types leave fields out.
  const nulls = { polling: null, notify: null, results: null } as object;
  const followed = { ...(await createImport(7, 0)), ...given, ...nulls };
  const { jobId } = followed;
  const end = await server.client.workflow.execute<typeof awaitTyped>('awaitTyped', {
    ...start(workflowId),
    args: [followed],
  });
  expect(end).toMatchObject({ status: 'complete', jobId });
  const [input] = await inputOf(`${workflowId}/import/${jobId}`);
  const ids = { teamId: followed.teamId, jobId };
  expect(JSON.parse(input!.text)).toEqual({ ...ids, ...given, polling: null, notify: null, results: null });
});

test('fails in time on a queue that nobody serves', async () => {
  const followed = { ...(await createImport(7, 0)), taskQueue: 'prism-import' };
  const awaited = server.client.workflow.execute<typeof awaitTyped>('awaitTyped', {
    ...start(),
    args: [followed, '2 seconds'],
  });
  await expect(awaited).rejects.toMatchObject({ cause: { cause: { name: 'TimeoutFailure' } } });
});

test('joins a tracker that runs, and starts one that does not', async () => {
  const joined = async (teamId: string, duration: number, isRunning: boolean) => {
    const jobId = randomUUID();
    await rig.emulator.controller.createJob({ teamId, jobId, total: 3, duration });
    if (isRunning) await imports().track({ teamId, jobId });
    const end = await server.client.workflow.execute<typeof joinImport>('joinImport', {
      ...start(),
      args: [{ teamId, jobId, taskQueue: rig.taskQueue }],
    });
    expect(end).toMatchObject({ status: 'complete', teamId, jobId });
  };
  await joined(`50%/${randomUUID()}/ä b`, 500, false);
  await joined(randomUUID(), 4000, true);
});

test('reads results in pages', async () => {
  const found = await server.client.workflow.execute<typeof listFailedRows>('listFailedRows', {
    ...start(),
    args: [await createImport(5000, 4000)],
  });
  expect(found.inline).toBeLessThan(4000);
  expect(found.pages).toBeGreaterThan(3);
  expect(found.indexes).toEqual(Array.from({ length: 4000 }, (_, index) => index));
});

test('encrypts all but what goes to a tracker without the codec, and reads its pages', async () => {
  const workflowId = `parent/${randomUUID()}`;
  const followed = await createImport(5000, 4000);
  const client = new Client({ connection: server.connection, dataConverter });
  const found = await client.workflow.execute<typeof listFailedRows>('listFailedRows', {
    workflowId,
    taskQueue: encrypted,
    args: [followed],
  });
  expect(found.pages).toBeGreaterThan(3);
  expect(found.indexes).toHaveLength(4000);
  expect(await inputOf(workflowId)).toMatchObject([{ encoding: 'binary/encrypted' }]);
  expect(await inputOf(`${workflowId}/import/${followed.jobId}`)).toMatchObject([{ encoding: 'json/plain' }]);
});

test('queries', async () => {
  const followed = await startRestingTracker();
  expect(await followed.status()).toMatchObject({ phase: 'waiting', job: null, polls: 0, problem: null });
  await followed.cancel();
});

test('updates', async () => {
  const followed = await startRestingTracker();
  const state = await followed.setPolling({ initialInterval: '1 second', maximumInterval: '1 minute' });
  expect(state).toMatchObject({ phase: 'waiting', problem: null });
  await followed.pollNow();
  await until(async () => (await followed.status()).job !== null);
  expect(await followed.status()).toMatchObject({ job: { status: 'processing', total: 1000 } });
  await followed.cancel();
});
