import { randomUUID } from 'node:crypto';
import { Client, WorkflowFailedError } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { setPollingUpdate, statusQuery, subscribeSignal } from '../../src/workflows/messages';
import { startDevServer, workflowBundle } from '../support/temporal';
import {
  openJob,
  startTrackerRig,
  teamId,
  type TrackerHandle,
  type TrackerRig,
} from '../support/tracker-rig';
import { until } from '../support/until';

// Without a cache every workflow task replays, so that each decision about a message is made again and again.
let env: TestWorkflowEnvironment;
let rig: TrackerRig;

beforeAll(async () => {
  env = await startDevServer();
  rig = await startTrackerRig(env, { maxCachedWorkflows: 0 });
});

afterAll(async () => {
  await rig?.close();
  await env?.teardown();
});

type IHistory = Awaited<ReturnType<TrackerHandle['fetchHistory']>>;

const quick = { initialInterval: '200ms', maximumInterval: '200ms' } as const;

/** Starts a tracker of a job that is at work until it is told otherwise, and waits for its first poll. */
async function openTracker(): Promise<{ jobId: string; handle: TrackerHandle }> {
  const jobId = await openJob(rig);
  const handle = await rig.track({ jobId, polling: quick });
  await until(() => rig.emulator.controller.journal.some((entry) => entry.path.endsWith(jobId)));
  return { jobId, handle };
}

/** A client that sends every payload as this makes it. */
const clientThat = (alter: (payload: Payload) => Payload): Client =>
  new Client({
    connection: env.connection,
    namespace: env.namespace ?? 'default',
    dataConverter: {
      payloadCodecs: [
        {
          encode: (payloads) => Promise.resolve(payloads.map(alter)),
          decode: (payloads) => Promise.resolve(payloads),
        },
      ],
    },
  });

const json = (text: string) => (): Payload => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(text),
});
const encoded = (encoding: string) => (payload: Payload) => ({
  ...payload,
  metadata: { encoding: Buffer.from(encoding) },
});
const many = (count: number) => Array.from({ length: count }, (_, index) => `"field${index}":1`).join();

/** What is wrong with a message, how it is sent, and what its refusal says. */
const hostile: [string, (payload: Payload) => Payload, string][] = [
  ['is not JSON', json('{"workflowId": '), 'a payload that is not JSON'],
  ['is of 2 MB', json(`{${many(180_000).slice(0, 1_900_000)}}`), 'bytes; at most'],
  ['is of a list of hundreds of thousands', json(`{"notify":[${'1,'.repeat(900_000)}1]}`), 'bytes; at most'],
  ['has too many values', json(`[${'[],'.repeat(5_000)}{${'"a":[],'.repeat(2_400)}"b":1}]`), ''],
  ['is nested too deeply', json(`${'['.repeat(150)}${']'.repeat(150)}`), 'more than 100 deep'],
  ['is in json/protobuf', encoded('json/protobuf'), 'in the encoding json/protobuf'],
  ['is encrypted', encoded('binary/encrypted'), 'in the encoding binary/encrypted'],
  ['is binary', encoded('binary/plain'), 'in the encoding binary/plain'],
  ['has an encoding of controls', encoded('\u0000\u001b]0;x\u0007'), 'in the encoding ??]0;x?'],
  ['has an empty encoding', encoded(''), 'without an encoding'],
  ['has no metadata', ({ data }) => ({ data: data ?? null }), 'without an encoding'],
  ['has a field that is no Unicode', json('{"\\ud800":1}'), ''],
  [
    'has a value that is cut in the middle of a character',
    json(`{"teamId":${JSON.stringify(`${'a'.repeat(100)}${'😀'.repeat(200)}`)}}`),
    '',
  ],
  [
    'has a value that is cut after one',
    json(`{"teamId":${JSON.stringify(`${'a'.repeat(101)}${'😀'.repeat(200)}`)}}`),
    '',
  ],
];

describe.each(hostile)('a message that %s', (_, alter, seen) => {
  test('as a signal is ignored, as an update refused, and the tracker goes on', async () => {
    const { jobId, handle } = await openTracker();
    const sender = clientThat(alter).workflow.getHandle(handle.workflowId);
    for (let times = 0; times < 3; times += 1) {
      await sender.signal(subscribeSignal, { workflowId: 'nobody-there' });
    }
    const refused = sender.executeUpdate(setPollingUpdate, { args: [{ initialInterval: '1s' }] });
    expect(await refused.catch((error: unknown) => error)).toMatchObject({
      cause: { type: 'InvalidInput', message: expect.stringContaining(seen) as string },
    });
    expect((await handle.query(statusQuery)).phase).not.toBe('done');
    await rig.emulator.controller.setJob(jobId, { status: 'complete' });
    const { status, tracking } = await handle.result();
    expect({ status, undelivered: tracking.undelivered }).toEqual({ status: 'complete', undelivered: [] });
    expect(await failedTasks(handle)).toEqual([]);
  });

  test.each(['trackImport', 'importRecords'])('as an input of %s fails it', async (type) => {
    const handle = await clientThat(alter).workflow.start(type, {
      taskQueue: rig.taskQueue,
      workflowId: `hostile-${randomUUID()}`,
      args: [{ teamId, jobId: randomUUID() }],
    });
    const error: unknown = await handle.result().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect((error as WorkflowFailedError).cause).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(seen) as string,
    });
    expect(await failedTasks(handle)).toEqual([]);
  });
});

test('signals that no workflow of ours knows are not kept', async () => {
  const { jobId, handle } = await openTracker();
  for (const name of ['constructor', 'toString', '__proto__', 'another', ''.padEnd(200, 'x')])
    await handle.signal(name, 'x'.repeat(100_000));
  await rig.emulator.controller.setJob(jobId, { status: 'complete' });
  expect((await handle.result()).status).toBe('complete');
  expect(await failedTasks(handle)).toEqual([]);
});

test('a memo that cannot be read is no concern of a tracker', async () => {
  const { jobId } = await openTracker();
  await rig.emulator.controller.setJob(jobId, { status: 'complete' });
  const workflowId = `hostile-${randomUUID()}`;
  await env.connection.workflowService.startWorkflowExecution({
    namespace: env.namespace ?? 'default',
    workflowId,
    requestId: randomUUID(),
    workflowType: { name: 'trackImport' },
    taskQueue: { name: rig.taskQueue },
    input: { payloads: [json(JSON.stringify({ teamId, jobId }))()] },
    memo: { fields: { note: { data: Buffer.from('?') } } },
    header: { fields: { '_tracer-data': { data: Buffer.alloc(500_000, 'x') } } },
  });
  const outcome: unknown = await env.client.workflow.getHandle(workflowId).result();
  expect(outcome).toMatchObject({ status: 'complete' });
});

describe('a worker that reads more or less than the one before', () => {
  const secret: PayloadCodec = {
    encode: (payloads) =>
      Promise.resolve(payloads.map((payload) => ({ ...payload, ...encodingNamed('secret') }))),
    decode: (payloads) =>
      Promise.resolve(
        payloads.map((payload) =>
          Buffer.from(payload.metadata?.['encoding'] ?? '').toString() === 'secret'
            ? { ...payload, ...encodingNamed('json/plain') }
            : payload,
        ),
      ),
  };
  const encodingNamed = (name: string) => ({ metadata: { encoding: Buffer.from(name) } });

  /** The history of a tracker that got a signal in the encoding `secret`, as one worker has written it. */
  async function historyWith(dataConverter: { payloadCodecs?: PayloadCodec[] }): Promise<IHistory> {
    const other = await startTrackerRig(env, { dataConverter });
    try {
      const jobId = await other.emulator.controller.createJob({
        teamId,
        jobId: randomUUID(),
        total: 1,
        duration: 9e7,
      });
      const handle = await other.track({ jobId, polling: quick });
      const sender = clientThat(encoded('secret')).workflow.getHandle(handle.workflowId);
      await sender.signal(subscribeSignal, { workflowId: 'nobody-there' });
      await other.emulator.controller.setJob(jobId, { status: 'complete' });
      // Its result is in a form that this client cannot read.
      await until(async () => (await handle.describe()).status.name === 'COMPLETED');
      return await handle.fetchHistory();
    } finally {
      await other.close();
    }
  }
  const patchIds = ({ events }: IHistory) =>
    (events ?? []).flatMap(({ markerRecordedEventAttributes: marker }) => {
      const [payload] = marker?.details?.['patch-data']?.payloads ?? [];
      return payload?.data ? [(JSON.parse(Buffer.from(payload.data).toString()) as { id: string }).id] : [];
    });
  const replay = (history: IHistory, dataConverter: { payloadCodecs?: PayloadCodec[] }) =>
    Worker.runReplayHistory({ workflowBundle: workflowBundle(), dataConverter }, history);

  test('with the codec, it ignores what was ignored without', async () => {
    const history = await historyWith({});
    expect(patchIds(history)).toContain('ignored-signal-1');
    await replay(history, {});
    await replay(history, { payloadCodecs: [secret] });
  });

  test('without the codec, it fails the task of what was read with it, and says so', async () => {
    const history = await historyWith({ payloadCodecs: [secret] });
    await replay(history, { payloadCodecs: [secret] });
    await expect(replay(history, {})).rejects.toThrow(
      'the signal subscribe is a payload in the encoding secret, which a worker has read before',
    );
  });
});

/** Why tasks of a workflow failed. */
async function failedTasks(handle: Pick<TrackerHandle, 'fetchHistory'>): Promise<unknown[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(
    ({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? [],
  );
}
