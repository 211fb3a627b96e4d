import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { freePort } from '../../src/dev/free-port';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { createPrismClient } from '../../src/prism/client';
import { createWorkerPair } from '../../src/worker-pair';
import { searchAttributes } from '../../src/workflows/messages';
import { timeSkippingServer } from '../../test/support/test-server/time-skipping-server';
import { heartbeatsSent as heartbeatsIn } from './cost-worker';
import { createPollActivities } from './poll-activities';

export const taskQueue = 'bench';

/** A time-skipping Temporal server, an emulator on its clock, and a pair of workers. */
export interface CostSite {
  env: TestWorkflowEnvironment;
  emulator: PrismEmulator;
  close(): Promise<void>;
}

let metricsPort: number | undefined;

/** Starts a site for one measurement: after continue-as-new, a time-skipping server cannot be reused. */
export async function startCostSite(bundlePath: string): Promise<CostSite> {
  await installRuntime();
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: await timeSkippingServer() },
  });
  await register(env);
  const emulator = await startPrismEmulator({ clock: () => env.currentTimeMs() });
  const api = createPrismClient({ baseUrl: emulator.baseUrl, apiKey: 'bench' });
  const pair = await createWorkerPair({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle: { codePath: bundlePath },
    api,
    store: null,
    moreActivities: createPollActivities(api, () => env.currentTimeMs()),
  });
  const running = pair.run();
  return {
    env,
    emulator,
    async close() {
      pair.stop();
      await running;
      await emulator.close();
      await env.teardown();
    },
  };
}

/** Activity heartbeats that this process has sent to the server. */
export const heartbeatsSent = (): Promise<number> => heartbeatsIn(metricsPort ?? 0);

async function installRuntime(): Promise<void> {
  if (metricsPort !== undefined) return;
  metricsPort = await freePort();
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: {
      logging: { filter: { core: 'ERROR', other: 'ERROR' } },
      metrics: { prometheus: { bindAddress: `127.0.0.1:${metricsPort}` } },
    },
  });
}

async function register({ connection }: TestWorkflowEnvironment): Promise<void> {
  const types = { KEYWORD: 2, DATETIME: 6 } as const; // temporal/api/enums/v1, IndexedValueType
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(searchAttributes.map(({ name, type }) => [name, types[type]])),
  });
}
