import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ResultsPage } from '../../src/core/tracker/read-results';
import { startNexusCallers, withCallers, type NexusCallers } from '../support/nexus-callers';
import { startDevServer } from '../support/temporal';
import { openJob, startTrackerRig, teamId, type TrackerRig } from '../support/tracker-rig';
import { until } from '../support/until';
import type { trackElsewhere } from './support/child-elsewhere';

let server: TestWorkflowEnvironment;
let rig: TrackerRig;
let callers: NexusCallers;
beforeAll(async () => {
  // What servers before 1.32 have by themselves, under the names of before and after.
  const settings = ['system.maxCallbacksPerWorkflow=32', 'callback.maxPerExecution=32'];
  const values = settings.flatMap((setting) => ['--dynamic-config-value', setting]);
  server = await startDevServer({ extraArgs: [...withCallers.extraArgs, ...values] });
  rig = await startTrackerRig(server);
  callers = await startNexusCallers(server, rig.taskQueue);
});
afterAll(async () => {
  await callers?.stop();
  await rig?.close();
  await server?.teardown();
});

const createJob = (duration: string, total = 20) =>
  rig.emulator.controller.createJob({ teamId, total, duration });
const trackerOf = (jobId: string) => server.client.workflow.getHandle(`prism-import/${teamId}/${jobId}`);
/** Waits until the tracker of a job runs and so many callers wait for it. */
const joined = (jobId: string, callersCount: number) =>
  until(async () => {
    const found = await trackerOf(jobId)
      .describe()
      .catch(() => null);
    return (found?.raw.callbacks?.length ?? 0) >= callersCount;
  });

test('a caller in another namespace gets the outcome', async () => {
  const jobId = await createJob('100 ms');
  const result = await callers.call('trackImport', { teamId, jobId, polling: null, notify: null });
  expect(result).toMatchObject({ value: { status: 'complete', jobId, job: { total: 20 } } });
});

test('a child of a parent in another namespace is awaited, and refuses to signal it', async () => {
  const jobId = await createJob('100 ms');
  const end = (input: object) =>
    callers.client.workflow.execute<typeof trackElsewhere>('trackElsewhere', {
      taskQueue: callers.taskQueue,
      workflowId: `parent-${randomUUID()}`,
      args: [rig.taskQueue, { teamId, jobId, ...input }],
    });
  expect(await end({})).toMatchObject({ status: 'complete', jobId });
  expect(await end({ notify: [{}] })).toEqual({
    refused: expect.stringMatching(
      /notify\[0\]\.workflowId: saw nothing, expected .* the parent in another.* through Nexus/,
    ) as string,
  });
});

test('a caller that cancels leaves, and the tracker goes on for the other', async () => {
  const jobId = await openJob(rig);
  const input = { teamId, jobId, polling: { initialInterval: '1h' } };
  const leaving = await callers.start({
    operation: 'trackImport',
    input,
    cancellationType: 'WAIT_CANCELLATION_REQUESTED',
  });
  const staying = await callers.start({ operation: 'trackImport', input });
  await joined(jobId, 2);
  await leaving.cancel();
  expect(await leaving.result()).toEqual({ cancelled: true });
  expect(await callers.call('status', { teamId, jobId })).toMatchObject({ value: { phase: 'waiting' } });
  await rig.emulator.controller.setJob(jobId, { status: 'complete' });
  expect(await callers.call('pollNow', { teamId, jobId })).toEqual({});
  expect(await staying.result()).toMatchObject({ value: { status: 'complete', jobId } });
  expect(await callers.call('status', { teamId, jobId })).toMatchObject({ value: { phase: 'done' } });
});

test('more callers than the server takes are told so, and what to do', async () => {
  const jobId = await openJob(rig);
  const input = { teamId, jobId, polling: { initialInterval: '1h' } };
  const all = [];
  for (let n = 0; n < 34; n += 1) all.push(await callers.start({ operation: 'trackImport', input }));
  const result = await Promise.race(all.map((caller) => caller.result()));
  expect(result).toMatchObject({ handler: 'RESOURCE_EXHAUSTED', retryable: false });
  expect(JSON.stringify(result)).toMatch(/32 callbacks.*Server 1\.32.*system\.maxCallbacksPerWorkflow/);
  await rig.emulator.controller.setJob(jobId, { status: 'complete' });
  await callers.call('pollNow', { teamId, jobId });
  const ends = await Promise.all(all.map((caller) => caller.result()));
  expect(ends.filter((end) => 'value' in end)).toHaveLength(32);
});

test('stored results are read in pages', async () => {
  const jobId = await createJob('100 ms');
  const result = await callers.call('trackImport', { teamId, jobId, results: 'stored' });
  const { resultsRef } = (result as { value: { resultsRef: { uri: string } } }).value;
  const seen: number[] = [];
  for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
    const answer = await callers.call('readResults', { uri: resultsRef.uri, after, limit: 8, only: null });
    const page = (answer as { value: ResultsPage }).value;
    seen.push(...page.results.map(({ index }) => index));
    after = page.next;
  }
  expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index));
});

test('a pipeline does not join a workflow of another kind, nor is its result told', async () => {
  const jobId = await openJob(rig);
  const other = await rig.track({ jobId, polling: { initialInterval: '1h' } });
  const source = { uri: 'file:///none.csv' };
  const input = { teamId, objectType: 'organization', source, workflowId: other.workflowId };
  const result = await callers.call('importRecords', input);
  expect(result).toMatchObject(bad);
  expect((result as { message: string }).message).toMatch(/expected one under which no other workflow runs$/);
  expect((await other.describe()).raw.callbacks).toEqual([]);
});

const bad = { handler: 'BAD_REQUEST', retryable: false, type: 'InvalidInput' };
const nothing = { handler: 'NOT_FOUND', retryable: false };
test.each([
  ['a job without id', 'trackImport', { teamId }, bad, /^jobId: saw nothing, expected a string of 1 to 200/],
  [
    'a state',
    'trackImport',
    { teamId, jobId: 'j', carried: {} },
    bad,
    /^carried: saw \{\}, expected no such/,
  ],
  [
    'a parent to tell',
    'trackImport',
    { teamId, jobId: 'j', notify: [{}] },
    bad,
    /^notify\[0\]\..* its result$/,
  ],
  [
    'a number of seconds',
    'trackImport',
    { teamId, jobId: 'j', waitTimeout: 7200 },
    bad,
    /^waitTimeout: saw 7200/,
  ],
  ['nothing', 'trackImport', null, bad, /^input: saw null, expected an object with teamId and jobId/],
  [
    'too much',
    'trackImport',
    { teamId: 'x'.repeat(300_000) },
    bad,
    /^input: saw .* at most 262,144 are read/,
  ],
  [
    'the state of nothing',
    'status',
    { teamId, jobId: 'none' },
    nothing,
    /^There is no tracker for the import "none"/,
  ],
  [
    'a poll of nothing',
    'pollNow',
    { teamId, jobId: 'none' },
    nothing,
    /^No tracker is running for the import "none"/,
  ],
  ['a path', 'status', { teamId, jobId: '..' }, bad, /^jobId: saw "\.\."/],
  ['a file', 'readResults', { uri: 'file:///etc/passwd' }, nothing, /^uri: .*, expected the resultsRef\.uri/],
  ['no row', 'readResults', { uri: 'file:///x.ndjson', limit: 0 }, bad, /^limit: saw 0, expected a number/],
  ['no source', 'importRecords', { teamId }, bad, /objectType: saw nothing/],
  [
    "another's id",
    'importRecords',
    { workflowId: 'prism-records/nexus/1' },
    bad,
    /workflowId: saw "prism-rec/,
  ],
  [
    "a tracker's id",
    'importRecords',
    { workflowId: `prism-import/${teamId}/j` },
    bad,
    /workflowId: saw "prism-import/,
  ],
] as const)('a caller is refused %s at once, in words, by %s', async (_, operation, input, type, words) => {
  const result = await callers.call(operation, input);
  expect(result).toMatchObject(type);
  const { message } = result as { message: string };
  expect(message.replace(/^handler error \(\w+\): /, '')).toMatch(words);
});
