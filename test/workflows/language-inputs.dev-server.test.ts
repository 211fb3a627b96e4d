import { randomUUID } from 'node:crypto';
import { Client, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { TrackImportInput } from '../../src/core/tracker/input';
import type { TrackingState } from '../../src/core/tracker/status';
import { examples } from '../schemas/support/examples';
import type { awaitImport, receiveImportEnd } from '../support/collector';
import { startParents, type Parents } from '../support/parents';
import { startDevServer } from '../support/temporal';
import { openJob, startTrackerRig, teamId, type TrackerRig } from '../support/tracker-rig';
import { until } from '../support/until';

// Payloads byte for byte as the JSON libraries of languages write them, by clients and by parents. Without a cache
// every workflow task replays.
let env: TestWorkflowEnvironment;
let rig: TrackerRig;
let parents: Parents;

/** Puts exactly this text in the place of a value `{verbatim: text}`. */
const verbatim: PayloadCodec = {
  encode: (payloads) => Promise.resolve(payloads.map(verbatimPayload)),
  decode: (payloads) => Promise.resolve(payloads),
};

function verbatimPayload(payload: Payload): Payload {
  const text = Buffer.from(payload.data ?? []).toString();
  if (!text.startsWith('{"verbatim":')) return payload;
  const { verbatim: data } = JSON.parse(text) as { verbatim: string };
  return { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(data) };
}

const dataConverter = { payloadCodecs: [verbatim] };
const asInput = (text: string) => ({ verbatim: text }) as unknown as TrackImportInput;

let client: Client;

beforeAll(async () => {
  env = await startDevServer({
    extraArgs: ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=40'],
  });
  client = new Client({ connection: env.connection, namespace: env.namespace ?? 'default', dataConverter });
  rig = await startTrackerRig(env, { maxCachedWorkflows: 0 });
  parents = await startParents(env, { dataConverter });
});

afterAll(async () => {
  await parents?.stop();
  await rig?.close();
  await env?.teardown();
});

const complete = (jobId: string) => rig.emulator.controller.setJob(jobId, { status: 'complete' });
const asked = (jobId: string): number =>
  rig.emulator.controller.journal.filter(({ path }) => path.endsWith(`/imports/${jobId}`)).length;

const start = (text: string): Promise<WorkflowHandle> =>
  client.workflow.start('trackImport', {
    taskQueue: rig.taskQueue,
    workflowId: `track-${randomUUID()}`,
    args: [asInput(text)],
  });

function startParent(type: 'awaitImport' | 'receiveImportEnd', text: string) {
  return client.workflow.start<typeof awaitImport | typeof receiveImportEnd>(type, {
    taskQueue: parents.taskQueue,
    workflowId: `parent-${randomUUID()}`,
    // Once unwrapped on the way to the parent, once more on the way to its child.
    args: [rig.taskQueue, asInput(JSON.stringify({ verbatim: text }))],
  });
}

const child = (parent: { workflowId: string }): WorkflowHandle =>
  client.workflow.getHandle(`${parent.workflowId}/tracker`);
const stateOf = (handle: WorkflowHandle): Promise<TrackingState> => handle.query<TrackingState>('status');

/** Lets a tracker see its job at work, which it must go on to follow, and then its end. */
async function followToEnd(handle: WorkflowHandle, jobId: string): Promise<void> {
  await until(() => asked(jobId) > 0);
  await until(async () => (await stateOf(handle)).phase === 'waiting');
  await complete(jobId);
  await handle.signal('pollNow');
}

const inputs = examples['track-import-input'] ?? [];

describe('inputs as languages write them', () => {
  const accepted = inputs.filter((each) => each.accepted);
  /** By the name of the example; all are under way at once. */
  const followed = new Map<string, { jobIds: string[]; outcomes: Promise<unknown[]> }>();

  async function follow(json: string) {
    const [own, ofParent] = [await openJob(rig), await openJob(rig)];
    const handle = await start(json.replace('JOB', own));
    const parent = await startParent('awaitImport', json.replace('JOB', ofParent));
    const end = async () => {
      await until(() =>
        child(parent)
          .describe()
          .then(Boolean, () => false),
      );
      await Promise.all([followToEnd(handle, own), followToEnd(child(parent), ofParent)]);
      return Promise.all([handle.result(), parent.result()]);
    };
    const outcomes = end();
    outcomes.catch(() => undefined);
    return { jobIds: [own, ofParent], outcomes };
  }

  beforeAll(async () => {
    for (const { name, json } of accepted) followed.set(name, await follow(json));
  });

  test.each(accepted)('$name: a client and a parent follow an import to its end', async ({ name }) => {
    const { jobIds, outcomes } = followed.get(name)!;
    expect(await outcomes).toMatchObject(jobIds.map((jobId) => ({ status: 'complete', jobId })));
  });

  test.each(inputs.filter(({ accepted }) => !accepted))(
    '$name: refused, which its failure and its query say',
    async ({ json, says = '' }) => {
      const handle = await start(json);
      const error: unknown = await handle.result().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(WorkflowFailedError);
      const { cause } = error as WorkflowFailedError;
      expect(cause).toMatchObject({ type: 'InvalidInput', message: expect.stringContaining(says) as string });
      expect(await stateOf(handle)).toMatchObject({
        phase: 'done',
        job: null,
        expiresAt: null,
        problem: { code: 'invalid_input', message: cause!.message },
      });
    },
  );
});

describe('every subscriber is notified of a refusal', () => {
  const ids = `"teamId":"${teamId}","jobId":"j"`;
  test.each<[string, string]>([
    ['an entry of nothing', `{${ids},"waitTimeout":5,"notify":[{}]}`],
    ['an entry of nulls', `{${ids},"waitTimeout":5,"notify":[{"workflowId":null,"signal":null}]}`],
    ['a number', `{${ids},"notify":[7]}`],
    ['a text', `{${ids},"notify":["parent"]}`],
    ['an id that is a number', `{${ids},"notify":[{"workflowId":7}]}`],
    ['names of another language', `{${ids},"notify":[{"workflow_id":"somebody","signal":"other"}]}`],
    ['a signal that is a list', `{${ids},"notify":[{"workflowId":"nobody-there","signal":[]}]}`],
    ['true', `{${ids},"notify":true}`],
    ['an object in the place of the list', `{${ids},"notify":{}}`],
    ['a list in the place of the input', `[{${ids}}]`],
    ['an input of 300 KB', `{${ids},"notify":[{}],"more":"${'x'.repeat(300_000)}"}`],
    ['an input that is not JSON', '{"teamId": '],
  ])('%s: the parent', async (_, text) => {
    const parent = await startParent('receiveImportEnd', text);
    const ends = await parent.result();
    expect(ends).toMatchObject([{ status: 'error', failure: { type: 'InvalidInput' } }]);
  });

  test('also who has subscribed by signal from the start', async () => {
    const collector = await client.workflow.start('collectEnds', {
      taskQueue: parents.taskQueue,
      workflowId: `collector-${randomUUID()}`,
      args: [1],
    });
    await client.workflow.signalWithStart('trackImport', {
      taskQueue: rig.taskQueue,
      workflowId: `track-${randomUUID()}`,
      args: [asInput(`{${ids},"waitTimeout":5}`)],
      signal: 'subscribe',
      signalArgs: [{ verbatim: `{"signal":null,"workflowId":"${collector.workflowId}"}` }],
    });
    expect(await collector.result()).toMatchObject([{ status: 'error', teamId, jobId: 'j' }]);
  });
});

describe('messages as languages write them', () => {
  test('null and empty fields of subscribe and setPolling are none; a query takes any argument', async () => {
    const jobId = await openJob(rig);
    const handle = await start(`{"teamId":"${teamId}","jobId":"${jobId}"}`);
    await until(() => asked(jobId) > 0);
    await handle.signal('subscribe', { verbatim: '{"workflowId":"nobody-there","signal":""}' });
    await handle.signal('subscribe', { verbatim: '{"signal":null,"workflowId":"nobody-else"}' });
    const policy =
      '{"initialInterval":"PT1H","maximumInterval":"2h0m0s","jitter":0.0,"maximumPolls":0,"adaptive":null}';
    await handle.executeUpdate('setPolling', { args: [{ verbatim: policy }] });
    await until(async () => (await stateOf(handle)).phase === 'waiting');
    const state = await stateOf(handle);
    const waitMs = Date.parse(state.nextPollAt!) - Date.parse(state.lastPollAt!);
    // What the progress predicts may lie a little later.
    expect(waitMs).toBeGreaterThanOrEqual(3_600_000);
    expect(waitMs).toBeLessThan(3_700_000);
    expect(await handle.query('status', { verbatim: 'null' })).toMatchObject({ problem: null });
    const refused = handle.executeUpdate('setPolling', {
      args: [{ verbatim: '{"initialInterval":5000000000}' }],
    });
    expect(await refused.catch((error: unknown) => error)).toMatchObject({
      cause: { type: 'InvalidInput', message: expect.stringContaining('a number needs its unit') as string },
    });
    await complete(jobId);
    await handle.signal('pollNow', { verbatim: 'null' });
    expect(await handle.result()).toMatchObject({
      status: 'complete',
      tracking: {
        undelivered: [
          { workflowId: 'nobody-there', signal: 'importFinished' },
          { workflowId: 'nobody-else' },
        ],
      },
    });
  });

  test('a tracker goes on under the policy and the wait that it was given, over many runs', async () => {
    const jobId = await openJob(rig);
    const text = `{"waitTimeout":"1h0m0s","submittedAt":"2026-11-23T09:00Z","polling":{"initialInterval":"PT0.2S","maximumInterval":"200ms","jitter":0},"teamId":"${teamId}","jobId":"${jobId}","notify":[{"workflowId":"nobody-there","signal":null}]}`;
    const handle = await start(text);
    const { runId } = await handle.describe();
    const live = client.workflow.getHandle(handle.workflowId);
    await until(async () => (await live.describe()).runId !== runId);
    const second = (await live.describe()).runId;
    await until(async () => (await live.describe()).runId !== second);
    await complete(jobId);
    expect(await handle.result()).toMatchObject({
      status: 'complete',
      tracking: { undelivered: [{ workflowId: 'nobody-there' }] },
    });
  });
});
