import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { startOrAttachTracker } from '../src/temporal/trackers';
import { runCli } from './cli/support/run-cli';
import { startDevServer } from './support/temporal';
import { until } from './support/until';
import { startWorkerProcess, type WorkerProcessOptions } from './support/worker-process';

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

/** The SDK retries for one to two minutes before it gives up. */
const maxEndMs = 240_000;
/** Before that, the test sets up both namespaces and starts both workers. */
const maxTestMs = 600_000;

/** Runs a worker in a namespace of its own, which is deleted once this has begun; returns how the worker ended. */
async function endOfWorker(
  namespace: string,
  begin: (client: Client) => Promise<void>,
  program: Omit<WorkerProcessOptions, 'environment'> = {},
) {
  const { address, connection } = env;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('30 days'),
  });
  const place = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
  await until(async () => (await runCli(['setup'], place)).code === 0);
  const access = { MICRO_API_KEY: 'test-key', MICRO_BASE_URL: emulator.baseUrl };
  const worker = await startWorkerProcess({ ...program, environment: { ...place, ...access } });
  try {
    await begin(new Client({ connection, namespace }));
    await connection.operatorService.deleteNamespace({ namespace });
    await until(() => !worker.isRunning(), maxEndMs);
    return { code: await worker.stop(), log: worker.log(), last: worker.log().trimEnd().split('\n').at(-1) };
  } finally {
    await worker.kill();
  }
}

async function track(client: Client): Promise<void> {
  const ids = { teamId: 'team', jobId: 'job' };
  await emulator.controller.createJob({ ...ids, total: 3, duration: '1h' });
  const polling = { initialInterval: '5s', maximumInterval: '5s' };
  await startOrAttachTracker(client, 'prism-imports', { ...ids, polling });
  await until(() => emulator.controller.requests({ operation: 'status' }).length > 1);
}

test(
  'a worker whose namespace is deleted ends, idle or not, and says what to do',
  async () => {
    // Both are awaited even if one fails: nothing may run on while the server is stopped.
    const ends = await Promise.allSettled([
      endOfWorker('idle', () => Promise.resolve()),
      endOfWorker('busy', track),
    ]);
    for (const [index, namespace] of ['idle', 'busy'].entries()) {
      const end = ends[index];
      if (end?.status !== 'fulfilled') throw end?.reason;
      const { code, last } = end.value;
      expect({ code, ...(JSON.parse(last ?? '') as object) }).toMatchObject({
        code: 1,
        level: 'error',
        message: expect.stringContaining(
          `worker cannot continue: Temporal at ${env.address} has no namespace "${namespace}": check TEMPORAL_NAMESPACE`,
        ) as string,
      });
    }
  },
  maxTestMs,
);

test(
  'the worker of a team ends too',
  async () => {
    const root = join(__dirname, '..');
    const team = join(root, 'test', 'plugin', 'team', 'worker.ts');
    const program = ['-r', join(root, 'scripts', 'require-typescript.cjs'), team];
    const readyText = "taskQueue: 'team-http'";
    const { code, log } = await endOfWorker('team', () => Promise.resolve(), { program, readyText });
    expect(code).toBe(1);
    expect(log).toContain('Worker failed');
  },
  maxTestMs,
);
