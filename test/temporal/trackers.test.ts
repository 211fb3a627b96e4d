import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { trackerWorkflowId } from '../../src/core/ids';
import { startPipeline } from '../../src/temporal/pipelines';
import { describeTracker, startOrAttachTracker } from '../../src/temporal/trackers';
import { startDevServer, workflowBundle } from '../support/temporal';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startDevServer();
});
afterAll(() => server?.teardown());

const newImport = () => ({ teamId: 'team', jobId: `job ${randomUUID()}` });

test('a second start attaches to the tracker that runs, one after its end tracks afresh', async () => {
  const input = newImport();
  const first = await startOrAttachTracker(server.client, 'nobody', input);
  const second = await startOrAttachTracker(server.client, 'nobody', input);
  expect(second).toMatchObject({
    workflowId: first.workflowId,
    firstExecutionRunId: first.firstExecutionRunId,
    isAttached: true,
  });
  await first.terminate();
  const third = await startOrAttachTracker(server.client, 'nobody', input);
  expect(third.workflowId).toBe(first.workflowId);
  expect(third.firstExecutionRunId).not.toBe(first.firstExecutionRunId);
  expect([first.isAttached, third.isAttached]).toEqual([false, false]);
  await third.terminate();
});

test('a malformed input is refused before anything starts', async () => {
  const input = { teamId: 'team', jobId: '' };
  const refusal = startOrAttachTracker(server.client, 'nobody', input);
  await expect(refusal).rejects.toBeInstanceOf(ApplicationFailure);
  await expect(refusal).rejects.toMatchObject({
    type: 'InvalidInput',
    message: expect.stringContaining('jobId: saw ""') as string,
  });
  await expect(describeTracker(server.client, trackerWorkflowId('team', ''))).rejects.toThrow(
    'has no workflow',
  );
});

test('ids that make a workflow id that servers refuse are refused before anything starts', async () => {
  const input = { teamId: 't'.repeat(120), jobId: 'j'.repeat(122) };
  const tracker = await startOrAttachTracker(server.client, 'nobody', { ...input, teamId: 't'.repeat(119) });
  await tracker.terminate();
  await expect(startOrAttachTracker(server.client, 'nobody', input)).rejects.toMatchObject({
    type: 'InvalidInput',
    message: expect.stringMatching(/of 256 bytes, expected .* 255 bytes; .*--type trackImport/) as string,
  });
  const source = { uri: 'file:///rows.csv', format: 'csv' } as const;
  const records = { teamId: 'team', objectType: 'organization', source } as const;
  await expect(startPipeline(server.client, 'nobody', records, 'p'.repeat(221))).rejects.toMatchObject({
    type: 'InvalidInput',
    message: expect.stringContaining('at most 220 bytes') as string,
  });
});

test('without a worker a tracker is described by what Temporal knows, after 3 s', async () => {
  const input = newImport();
  const { workflowId } = await startOrAttachTracker(server.client, 'nobody', input);
  const startedAt = Date.now();
  const { execution, state, silence } = await describeTracker(server.client, workflowId);
  // Without a limit of ours it would be half a minute and more.
  expect(Date.now() - startedAt).toBeLessThan(25_000);
  expect({ state, silence }).toEqual({ state: null, silence: 'no worker answered within 3 s' });
  expect(execution.status.name).toBe('RUNNING');
  expect(await execution.staticSummary()).toBe(`Prism import ${input.jobId} of team team`);
  expect(await execution.staticDetails()).toContain(`--workflow-id '${workflowId}' --type status`);
});

test('with a worker the tracker itself answers', async () => {
  const taskQueue = `test-${randomUUID()}`;
  const worker = await Worker.create({
    connection: server.nativeConnection,
    taskQueue,
    workflowBundle: workflowBundle(),
  });
  await worker.runUntil(async () => {
    const { workflowId } = await startOrAttachTracker(server.client, taskQueue, newImport());
    const { state, silence } = await describeTracker(server.client, workflowId);
    expect(silence).toBeNull();
    expect(state).toMatchObject({ job: null, polls: expect.any(Number) as number });
  });
});
