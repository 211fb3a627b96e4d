import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import type { ImportOutcome } from '../../src/core/tracker/outcome';
import type { TrackingState } from '../../src/core/tracker/status';
import { createPrismClient } from '../../src/prism/client';
import { createWorkerPair } from '../../src/worker-pair';
import { startDevServer, workflowBundle } from '../support/temporal';
import { until } from '../support/until';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';
import { builds, releases } from './support/upgrade-rig';

const teamId = 'acme';

let env: TestWorkflowEnvironment;
let emulator: PrismEmulator;

beforeAll(async () => {
  [env, emulator] = await Promise.all([startDevServer(), startPrismEmulator()]);
});
afterAll(async () => {
  await emulator?.close();
  await env?.teardown();
});

jest.setTimeout(120_000);

/** Those that had no such poll. */
const before = releases.filter(
  (release) =>
    !readFileSync(join(builds, release, 'worker.js'), 'utf8').includes('getImportStatusAndFailures'),
);

test.each(before)(
  'a worker of %s that gets a poll for failed rows refuses it without a request, and a newer one makes it',
  async (release) => {
    const taskQueue = `upgrade-${randomUUID()}`;
    const api = createPrismClient({ baseUrl: emulator.baseUrl, apiKey: 'test-key' });
    const pair = await createWorkerPair({
      connection: env.nativeConnection,
      taskQueue,
      workflowBundle: workflowBundle(),
      api,
      store: null,
    });
    const [forWorkflows, forApi] = pair.workers;
    if (forWorkflows === undefined || forApi === undefined) throw new Error('not a pair');
    const results = [
      { input_index: 0, id: 'a', created: true },
      { input_index: 1, error: { code: 'x' } },
    ];
    const jobId = await emulator.controller.createJob({ teamId, results, total: 2, duration: 0 });

    // Its tasks stay with the worker that has the workflow in its cache, those of polls go to the older one.
    const running = [forWorkflows.run()];
    let older: WorkerProcess | null = null;
    try {
      const input = { teamId, jobId, results: 'failed', polling: { initialInterval: '1h' } };
      const handle = await env.client.workflow.start('trackImport', {
        taskQueue,
        workflowId: jobId,
        args: [input],
      });
      const state = () => handle.query<TrackingState>('status');
      expect(await state()).toMatchObject({ polls: 0 });
      older = await startWorkerProcess({
        program: [join(builds, release, 'worker.js')],
        environment: {
          TEMPORAL_ADDRESS: env.address,
          PRISM_TASK_QUEUE: taskQueue,
          MICRO_API_KEY: 'test-key',
          MICRO_BASE_URL: emulator.baseUrl,
        },
      });
      await handle.signal('pollNow');
      await until(async () => (await state()).problem !== null);
      expect((await state()).problem).toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('getImportStatusAndFailures is not registered') as string,
      });
      expect(emulator.controller.journal).toEqual([]);
      await older.stop();

      running.push(forApi.run());
      await handle.signal('pollNow');
      const outcome = (await handle.result()) as ImportOutcome;
      expect(outcome).toMatchObject({ failedResults: [{ index: 1 }], failedOmitted: 0 });
    } finally {
      if (older?.isRunning() === true) await older.stop();
      // A worker that has never run would keep the connection open.
      if (forApi.getState() === 'INITIALIZED') running.push(forApi.run());
      pair.stop();
      await Promise.all(running);
    }
  },
);
