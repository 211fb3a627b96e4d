import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
  bundleWorkflowCode,
} from '@temporalio/worker';
import { createImportActivities } from '../../src/activities/api-activities';
import { freePort } from '../../src/dev/free-port';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { createPrismClient } from '../../src/prism/client';
import { createBatchReader } from '../../src/sources/batch-reader';
import { searchAttributes } from '../../src/workflows/messages';
import { timeSkippingServer } from '../../test/support/test-server/time-skipping-server';
import { heartbeatsSent as heartbeatsIn } from './cost-worker';
import { createPollActivities } from './poll-activities';
import { sourceOpener } from '../../test/support/sources';

export const taskQueue = 'bench';

/** A Temporal server whose time is skipped, an emulator that goes by its clock, and workers for every policy. */
export interface CostSite {
  env: TestWorkflowEnvironment;
  emulator: PrismEmulator;
  close(): Promise<void>;
}

let metricsPort: number | undefined;
let bundle: WorkflowBundleWithSourceMap | undefined;

/** Starts a site of its own for one measurement: after continue-as-new a time-skipping server is of no more use. */
export async function startCostSite(): Promise<CostSite> {
  await installRuntime();
  const logger = new DefaultLogger('ERROR');
  bundle ??= await bundleWorkflowCode({ workflowsPath: require.resolve('./workflows'), logger });
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: await timeSkippingServer() },
  });
  await register(env);
  const emulator = await startPrismEmulator({ clock: () => env.currentTimeMs() });
  const api = createPrismClient({ baseUrl: emulator.baseUrl, apiKey: 'bench' });
  const polls = createPollActivities(api, () => env.currentTimeMs());
  const imports = createImportActivities({
    api,
    store: null,
    batches: createBatchReader({ store: null, opener: sourceOpener() }),
  });
  const connection = env.nativeConnection;
  const workers = [
    await Worker.create({ connection, taskQueue, workflowBundle: bundle, activities: polls }),
    await Worker.create({ connection, taskQueue: `${taskQueue}-http`, activities: imports }),
  ];
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    env,
    emulator,
    async close() {
      for (const worker of workers) worker.shutdown();
      await running;
      await emulator.close();
      await env.teardown();
    },
  };
}

/** Activity heartbeats that this process has sent to the server so far. */
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
