import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { startNexusCallers, withCallers, type NexusCallers } from '../support/nexus-callers';
import { organizations } from '../support/pipeline-rig';
import { startDevServer } from '../support/temporal';
import { TemporaryFiles } from '../support/temporary-files';
import { until } from '../support/until';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';

const teamId = 'team-1';
const files = new TemporaryFiles();
const store = new TemporaryFiles();
let server: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let callers: NexusCallers;
let worker: WorkerProcess | undefined;
beforeAll(async () => {
  server = await startDevServer(withCallers);
  emulator = await startPrismEmulator({ asyncThreshold: 10 });
  callers = await startNexusCallers(server, 'prism-imports');
  worker = await startWorker();
});
afterAll(async () => {
  await worker?.kill();
  await callers?.stop();
  await emulator?.close();
  await server?.teardown();
  files.remove();
  store.remove();
});

const startWorker = () =>
  startWorkerProcess({
    environment: {
      TEMPORAL_ADDRESS: server.address,
      MICRO_API_KEY: 'some-key',
      MICRO_BASE_URL: emulator.baseUrl,
      PRISM_STORAGE: `file:${store.folder}`,
      PRISM_SOURCES: `file:${files.folder}`,
    },
  });
const described = (workflowId: string) =>
  server.client.workflow
    .getHandle(workflowId)
    .describe()
    .catch(() => null);
/** Waits until so many callers wait for a workflow. */
const joined = (workflowId: string, callersCount: number) =>
  until(async () => ((await described(workflowId))?.raw.callbacks?.length ?? 0) >= callersCount);

test('callers get the result though the worker was killed in between', async () => {
  const jobId = await emulator.controller.createJob({ teamId, total: 20, duration: '1h' });
  const input = { teamId, jobId, polling: { initialInterval: '1h' } };
  const waiting = [await callers.start({ operation: 'trackImport', input })];
  waiting.push(await callers.start({ operation: 'trackImport', input }));
  await joined(`prism-import/${teamId}/${jobId}`, 2);
  await worker?.kill();
  await emulator.controller.setJob(jobId, { status: 'complete' });
  const polled = callers.call('pollNow', { teamId, jobId });
  worker = await startWorker();
  expect(await polled).toEqual({});
  for (const caller of waiting)
    expect(await caller.result()).toMatchObject({ value: { status: 'complete', jobId } });
  expect(worker.log()).not.toContain('"level":"ERROR"');
});

const source = () => ({ uri: files.write('input.csv', organizations(20)), format: 'csv' });
const input = () => ({ teamId, objectType: 'organization', source: source(), options: null });

test('importRecords under an id is joined while it runs, and refused once it has completed', async () => {
  const named = { ...input(), workflowId: 'nightly' };
  emulator.controller.setRate(0);
  const waiting = [await callers.start({ operation: 'importRecords', input: named })];
  waiting.push(await callers.start({ operation: 'importRecords', input: named }));
  await joined('nightly', 2);
  emulator.controller.setRate(3600);
  for (const caller of waiting)
    expect(await caller.result()).toMatchObject({ value: { totals: { rows: 20, created: 20 } } });
  expect(await callers.call('importRecords', named)).toMatchObject({
    handler: 'BAD_REQUEST',
    type: 'InvalidInput',
    message: expect.stringContaining('saw "nightly", expected one without a completed pipeline') as string,
  });
  emulator.controller.setRate(1);
});

test("a cancel stops a pipeline that is its caller's alone, and leaves one that others may have joined", async () => {
  emulator.controller.setRate(0);
  const ofOne = await callers.start({ operation: 'importRecords', input: input() });
  const open = () =>
    server.client.workflow.list({ query: "WorkflowType='importRecords' AND ExecutionStatus='Running'" });
  const ids: string[] = [];
  await until(async () => {
    for await (const { workflowId } of open()) ids.push(workflowId);
    return ids.length > 0;
  });
  expect(ids[0]).toMatch(/^prism-records\/nexus\/[0-9a-f-]{36}$/);
  await ofOne.cancel();
  expect(await ofOne.result()).toEqual({ cancelled: true });
  expect((await described(ids[0] ?? ''))?.status.name).toBe('CANCELLED');

  const ofMany = await callers.start({
    operation: 'importRecords',
    input: { ...input(), workflowId: 'shared' },
    cancellationType: 'WAIT_CANCELLATION_REQUESTED',
  });
  await joined('shared', 1);
  await ofMany.cancel();
  expect(await ofMany.result()).toEqual({ cancelled: true });
  expect((await described('shared'))?.status.name).toBe('RUNNING');
  emulator.controller.setRate(1);
});
