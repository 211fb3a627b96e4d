import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { createPrismClient } from '../../src/prism/client';
import { createWorkerPair } from '../../src/worker-pair';
import { statusQuery } from '../../src/workflows/messages';
import type { trackImport } from '../../src/workflows/track-import';
import { startDevServer, workflowBundle } from '../support/temporal';
import { until } from '../support/until';

let env: TestWorkflowEnvironment;
let emulator: PrismEmulator;

beforeAll(async () => {
  env = await startDevServer();
  emulator = await startPrismEmulator();
});

afterAll(async () => {
  await emulator?.close();
  await env?.teardown();
});

/** Workers on a queue; to be stopped by what this gives. */
async function work(taskQueue: string): Promise<() => Promise<void>> {
  const pair = await createWorkerPair({
    connection: env.nativeConnection,
    namespace: env.namespace,
    taskQueue,
    workflowBundle: workflowBundle(),
    api: createPrismClient({ baseUrl: emulator.baseUrl, apiKey: 'test-key' }),
    store: null,
    // Without a sticky queue, so that the next workers get the task at once.
    overrides: { maxCachedWorkflows: 0 },
  });
  const running = pair.run();
  return () => {
    pair.stop();
    return running;
  };
}

const polling = { initialInterval: '4s', maximumInterval: '4s', jitter: 0 };

test.each<[string, object[]]>([
  ['pollNow', []],
  ['setPolling', [polling]],
])('%s in the very task in which the wait is over does not end the tracker', async (signal, args) => {
  const taskQueue = `test-${randomUUID()}`;
  const teamId = randomUUID();
  const jobId = await emulator.controller.createJob({ teamId, total: 10, duration: '1h' });
  const stop = await work(taskQueue);
  const handle = await env.client.workflow.start<typeof trackImport>('trackImport', {
    taskQueue,
    workflowId: `woken-${randomUUID()}`,
    args: [{ teamId, jobId, polling }],
  });
  await until(async () => (await handle.query(statusQuery)).polls > 0);
  await until(async () => (await handle.query(statusQuery)).phase === 'waiting');
  await stop();
  await handle.signal(signal, ...args);
  const fired = async () =>
    (await handle.fetchHistory()).events?.filter((event) => event.timerFiredEventAttributes).length ?? 0;
  const before = await fired();
  await until(async () => (await fired()) > before);
  const stopAgain = await work(taskQueue);
  try {
    const polls = () =>
      emulator.controller.journal.filter((entry) => entry.method === 'GET' && entry.path.endsWith(jobId))
        .length;
    const soFar = polls();
    await until(() => polls() > soFar + 2);
    await emulator.controller.setJob(jobId, { status: 'complete' });
    expect((await handle.result()).status).toBe('complete');
  } finally {
    await stopAgain();
  }
});
