import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createImportActivities } from './activities/api-activities';
import { createRecordActivities } from './activities/file-activities';
import { type Config, ConfigError, loadConfig } from './config/config';
import { httpTaskQueue } from './core/ids';
import { installLogging, logLine } from './telemetry/logging';
import { createPrismClient } from './prism/client';
import { createBatchReader } from './sources/batch-reader';
import { createPlanSource } from './sources/plan-source';
import { openStore } from './storage/open-store';
import { connectClient } from './temporal/connection';
import { startTelemetry, type Telemetry, type TelemetryPorts } from './telemetry/telemetry';
import { checkSearchAttributes, retentionWarning } from './temporal/search-attributes';

/** Where the build puts the workflows. */
const builtBundle = join(__dirname, 'workflow-bundle.js');

/** How long activities that listen may go on after the signal to stop; `startImport` is always waited for. */
const shutdownGraceTime = '5 seconds';

/**
 * Serves both task queues until SIGINT or SIGTERM, then finishes what it has begun and resolves; a second signal ends
 * the process at once. Rejects before it serves anything, with a message that says what to do: {@link ConfigError}
 * without a key, `TemporalProblem` when the server cannot be reached, or the namespace or a search attribute is not
 * there or not as it must be.
 */
export async function runWorker(config: Config, bundlePath: string = builtBundle): Promise<void> {
  const apiKey = config.micro.apiKey();
  if (apiKey === null) {
    const accepted = 'an API key of the Micro workspace';
    throw new ConfigError([{ field: 'MICRO_API_KEY', seen: 'nothing', accepted }]);
  }
  if (!existsSync(bundlePath)) {
    throw new Error(`The workflows are not built: ${bundlePath} is missing. Run \`npm run build\`.`);
  }
  const client = await connectClient(config.temporal);
  try {
    const { address } = config.temporal;
    await checkSearchAttributes(client, address);
    const warning = await retentionWarning(client, address);
    // Not before: the runtime it starts ends with the last connection, and until now there was none.
    const { logLevel: level, metricsAddress } = config;
    const { logger, metricMeter: meter } = installLogging({
      level,
      metricsAddress,
      secrets: config.secrets(),
    });
    if (warning !== null) logger.warn(warning);
    await serve(config, { client, meter, logger }, { apiKey, bundlePath });
  } finally {
    await client.connection.close();
  }
}

interface Material {
  apiKey: string;
  bundlePath: string;
}

async function serve(config: Config, ports: TelemetryPorts, material: Material): Promise<void> {
  const { address, namespace, connectionOptions } = config.temporal;
  const connection = await NativeConnection.connect({ ...connectionOptions(), address });
  try {
    const telemetry = await startTelemetry(config, ports);
    try {
      const options = workerOptions(config, material, telemetry);
      const workers = await Promise.all(
        options.map((each) => Worker.create({ ...each, connection, namespace, shutdownGraceTime })),
      );
      const running = runTogether(workers);
      telemetry.judge(workers);
      const taskQueues = options.map(({ taskQueue }) => taskQueue);
      ports.logger.info('worker is ready', { address, namespace, taskQueues, pid: process.pid });
      await running;
      ports.logger.info('worker has stopped', { pid: process.pid });
    } finally {
      await telemetry.stop();
    }
  } finally {
    await connection.close();
  }
}

/**
 * One worker for workflows and files, one for everything that speaks to Prism: the server holds its rate for the whole
 * fleet.
 */
function workerOptions(
  config: Config,
  { apiKey, bundlePath }: Material,
  { watchCall, countRowsOf, activityInterceptors }: Telemetry,
): WorkerOptions[] {
  const { baseUrl, customHeaders } = config.micro;
  const { requestsPerSecond, maxResponseBytes, taskQueue } = config;
  const api = createPrismClient({
    baseUrl,
    apiKey,
    customHeaders: customHeaders(),
    timeoutMs: requestTimeoutMs,
    requestsPerSecond,
    maxResponseBytes,
    watchCall,
  });
  const endpoint = config.s3Endpoint ?? undefined;
  const store = config.storage === null ? null : openStore(config.storage, { endpoint });
  const batches = createBatchReader({ store, s3Endpoint: endpoint });
  return [
    {
      taskQueue,
      workflowBundle: { codePath: bundlePath },
      interceptors: { activity: activityInterceptors },
      activities: createRecordActivities({
        store,
        batches,
        plan: createPlanSource({ store, s3Endpoint: endpoint }),
      }),
    },
    {
      taskQueue: httpTaskQueue(taskQueue),
      interceptors: { activity: activityInterceptors },
      activities: createImportActivities({ api: countRowsOf(api), store, batches }),
      maxTaskQueueActivitiesPerSecond: requestsPerSecond,
      // Heartbeats are how a poll hears of its cancellation, and they are held back for as long as this.
      maxHeartbeatThrottleInterval: '2 seconds',
    },
  ];
}

/**
 * Longest time a request may take: less than the activity's 60 s, so that its end is told by what happened and not by
 * Temporal's timeout.
 */
const requestTimeoutMs = 55_000;

/** Runs the workers until they stop; when one fails the others stop too, and its error is thrown. */
async function runTogether(workers: Worker[]): Promise<void> {
  const runs = workers.map((worker) =>
    worker.run().catch((error: unknown) => {
      for (const other of workers) if (other.getState() === 'RUNNING') other.shutdown();
      throw error;
    }),
  );
  const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/**
 * Runs the worker as the environment says; resolves to the process's exit code (2 for settings that cannot be used, 1
 * otherwise), and says on standard error why it is not 0.
 */
export async function main(): Promise<number> {
  let secrets: string[] = [];
  try {
    const config = loadConfig();
    secrets = config.secrets();
    await runWorker(config);
    return 0;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const message = `worker cannot go on: ${text}`;
    const timestampNanos = BigInt(Date.now()) * 1_000_000n;
    process.stderr.write(logLine({ level: 'ERROR', message, timestampNanos }, secrets));
    return error instanceof ConfigError ? 2 : 1;
  }
}

if (require.main === module) {
  void main().then((code) => {
    process.exitCode = code;
  });
}
