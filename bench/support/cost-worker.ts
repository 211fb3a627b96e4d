import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { freePort } from '../../src/dev/free-port';
import { createPrismClient } from '../../src/prism/client';
import { createWorkerPair } from '../../src/worker-pair';
import { answerParent } from './child-process';
import { createPollActivities } from './poll-activities';

/** What a worker process serves: the same for every policy, except task queue and bundle. */
export interface CostWorkerRole {
  address: string;
  taskQueue: string;
  bundlePath: string;
  baseUrl: string;
}

/** What a worker process has used so far: CPU time of all threads, peak memory, heartbeats sent. */
export interface WorkerUsage {
  cpuMs: number;
  peakRssMb: number;
  heartbeats: number;
}

/** A worker's requests to the API per second: more than any policy makes. */
const requestsPerSecond = 1000;

/** Serves the workflows of every policy until the parent closes the channel. */
export async function serveCostWorker(role: CostWorkerRole): Promise<void> {
  const { address, taskQueue, bundlePath, baseUrl } = role;
  const metricsPort = await freePort();
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: {
      logging: { filter: { core: 'ERROR', other: 'ERROR' } },
      metrics: { prometheus: { bindAddress: `127.0.0.1:${metricsPort}` } },
    },
  });
  const api = createPrismClient({ baseUrl, apiKey: 'bench', requestsPerSecond });
  const connection = await NativeConnection.connect({ address });
  const pair = await createWorkerPair({
    connection,
    taskQueue,
    workflowBundle: { codePath: bundlePath },
    api,
    store: null,
    moreActivities: createPollActivities(api, () => Promise.resolve(Date.now())),
  });
  answerParent(() => usage(metricsPort));
  void pair.run();
  process.send?.('ready');
}

async function usage(metricsPort: number): Promise<WorkerUsage> {
  const { user, system } = process.cpuUsage();
  const heartbeats = await heartbeatsSent(metricsPort);
  return {
    cpuMs: (user + system) / 1000,
    peakRssMb: (process.resourceUsage().maxRSS * 1024) / 1e6,
    heartbeats,
  };
}

/**
 * Activity heartbeats that this process has sent to the server, from its metrics, because histories do not show them.
 */
export async function heartbeatsSent(metricsPort: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  const counts = text.matchAll(/^temporal_request\{.*operation="RecordActivityTaskHeartbeat".*\} (\d+)/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
