import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createImports } from '../../src/entries';
import { startDevServer } from '../support/temporal';
import { startTrackerRig, teamId, type TrackerRig } from '../support/tracker-rig';
import { until } from '../support/until';
import type { awaitImport, receiveImportEnd } from './support/team-parent';

let server: TestWorkflowEnvironment;
let rig: TrackerRig;
beforeAll(async () => {
  server = await startDevServer();
  rig = await startTrackerRig(server);
});
afterAll(async () => {
  await rig?.close();
  await server?.teardown();
});

const imports = () => createImports(server.client, { taskQueue: rig.taskQueue });
const createJob = (duration: string, total = 20) =>
  rig.emulator.controller.createJob({ teamId, total, duration });

test('a program starts, attaches, asks, signals, waits and reads the results', async () => {
  const jobId = await createJob('5 s');
  const first = await imports().track({ teamId, jobId, polling: { initialInterval: '1h' } });
  const second = await imports().track({ teamId, jobId });
  expect([first.isAttached, second.isAttached]).toEqual([false, true]);
  expect(first.workflowId).toBe(`prism-import/${teamId}/${jobId}`);

  const followed = imports().get({ teamId, jobId });
  await followed.setPolling({ initialInterval: '500 ms' });
  await followed.pollNow();
  await followed.subscribe({ workflowId: 'nobody', signal: 'told' });
  expect(await followed.status()).toMatchObject({ problem: null });
  expect(await first.wait()).toMatchObject({
    status: 'complete',
    tracking: { undelivered: [{ workflowId: 'nobody', signal: 'told' }] },
  });
  const results = [];
  for await (const result of second.results()) results.push(result);
  expect(results).toHaveLength(20);
});

test('stored results are read where the program says that they are', async () => {
  const jobId = await createJob('100 ms');
  const followed = await imports().track({ teamId, jobId, results: 'stored' });
  const outcome = await followed.wait();
  const { resultsRef } = outcome as { resultsRef: { uri: string } };
  const read = async (storage?: string) => {
    const rows = [];
    for await (const row of followed.results({ storage })) rows.push(row);
    return rows.length;
  };
  await expect(read()).rejects.toThrow(/^storage: saw nothing, expected the PRISM_STORAGE .*results/);
  await expect(read('file:/elsewhere')).rejects.toThrow('not a file of the store');
  expect(await read(resultsRef.uri.slice(0, resultsRef.uri.indexOf('/results/')))).toBe(20);
});

test('a cancelled tracking rejects, is listed as such, and its import goes on', async () => {
  const jobId = await createJob('1h');
  const followed = await imports().track({ teamId, jobId });
  await followed.cancel();
  await expect(followed.wait()).rejects.toThrow('cancelled');
  // The index follows the workflow by a moment.
  await until(async () => {
    const { rows } = await imports().list({ statuses: ['cancelled'] });
    return rows.some(({ workflowId }) => workflowId === followed.workflowId);
  });
  const jobs = await rig.emulator.controller.jobs();
  expect(jobs.find(({ id }) => id === jobId)?.state).toBe('processing');
});

test('a workflow awaits the import as its child, or is notified of its end', async () => {
  const taskQueue = `team-${randomUUID()}`;
  const worker = await Worker.create({
    connection: server.nativeConnection,
    taskQueue,
    workflowsPath: require.resolve('./support/team-parent'),
  });
  await worker.runUntil(async () => {
    const workflowId = `parent-${randomUUID()}`;
    const jobId = await createJob('100 ms');
    const awaited = await server.client.workflow.execute<typeof awaitImport>('awaitImport', {
      taskQueue,
      workflowId,
      args: [{ teamId, jobId }, rig.taskQueue],
    });
    expect(awaited).toMatchObject({ status: 'complete', jobId });
    expect(
      await imports()
        .get({ workflowId: `${workflowId}/import/${jobId}` })
        .wait(),
    ).toEqual(awaited);
    const received = await server.client.workflow.execute<typeof receiveImportEnd>('receiveImportEnd', {
      taskQueue,
      workflowId: `parent-${randomUUID()}`,
      args: [{ teamId, jobId }, rig.taskQueue],
    });
    expect(received).toMatchObject({ status: 'complete', jobId });
  });
});
