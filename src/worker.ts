import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import { type Config, loadConfig } from './config/config';
import { quietSdkNotices } from './config/host/sdk-notices';
import { ConfigError } from './config/config-error';
import { installLogging, logLine, maskOf } from './telemetry/logging';
import { connectClient, refusalAfter } from './temporal/connection';
import { CodecModuleError } from './codec/codec-error';
import { clientDataConverter, workerDataConverter } from './codec/data-converter';
import { startTelemetry, type Telemetry, type TelemetryPorts } from './telemetry/telemetry';
import { checkSearchAttributes, retentionWarning } from './temporal/search-attributes';
import { noteStorageUse } from './note-storage-use';
import { openWorkflowBundle } from './open-workflow-bundle';
import { checkWorkable, loadStorage, partsOf } from './configured-parts';
import { createWorkerPair, type WorkerPairOptions } from './worker-pair';

/** Where the build writes the workflow bundle. */
const builtBundle = join(__dirname, 'workflow-bundle.js');

/**
 * Serves both task queues until SIGINT or SIGTERM, then finishes current tasks and resolves; a second signal ends the
 * process at once. Rejects before it serves anything, with a message that says how to fix it: {@link ConfigError} if
 * the key is missing, or if key file, certificate or webhooks cannot be used; `TemporalProblem` if the server cannot be
 * reached, or the namespace or a search attribute is missing or unsuitable.
 */
export async function runWorker(config: Config): Promise<void> {
  checkWorkable(config);
  await loadStorage(config);
  if (!existsSync(builtBundle)) {
    throw new Error(`The workflows are not built: ${builtBundle} is missing. Run \`npm run build\`.`);
  }
  const client = await connectClient(config.temporal, await clientDataConverter(config.codec));
  try {
    const { address } = config.temporal;
    await checkSearchAttributes(client, address);
    const warning = await retentionWarning(client, address);
    // Not earlier: the runtime that this starts ends with the last connection, and so far there was none.
    const { logLevel: level, metricsAddress } = config;
    const { logger, metricMeter: meter } = installLogging({
      level,
      metricsAddress,
      secrets: config.secrets,
    });
    for (const line of config.unknownVariables) logger.warn(line);
    if (warning !== null) logger.warn(warning);
    await serve(config, { client, meter, logger });
  } finally {
    await client.connection.close();
  }
}

async function serve(config: Config, ports: TelemetryPorts): Promise<void> {
  const { address, namespace, connectionOptions } = config.temporal;
  const connection = await NativeConnection.connect({ ...connectionOptions(), address });
  try {
    const telemetry = await startTelemetry(config, ports);
    try {
      const parts = ofConfig(config, ports.logger, telemetry);
      const pair = await createWorkerPair({
        ...parts,
        connection,
        namespace,
        dataConverter: await workerDataConverter(config.codec, (message) => {
          ports.logger.warn(message);
        }),
        workflowBundle: await openWorkflowBundle(builtBundle, {
          encodeFailures: config.codec.encodeFailures,
          docsUrl: config.links.docsUrl,
        }),
      });
      const running = pair.run();
      void noteStorageUse(parts.store, ports.client, (message) => {
        ports.logger.warn(message);
      });
      telemetry.judge(pair.workers);
      const taskQueues = pair.workers.map((worker) => worker.options.taskQueue);
      ports.logger.info('worker is ready', {
        ...{ address, namespace, taskQueues, pid: process.pid },
        ...(config.workerVersion !== null && { workerVersion: config.workerVersion }),
      });
      await running.catch(async (error: unknown) => {
        throw (await refusalAfter(config.temporal, error)) ?? error;
      });
      ports.logger.info('worker has stopped', { pid: process.pid });
    } finally {
      await telemetry.stop();
    }
  } finally {
    // A worker that has failed may still hold it. The process is about to end, and should say why.
    await connection.close().catch(() => undefined);
  }
}

/** The configured options of both workers. */
function ofConfig(
  config: Config,
  logger: TelemetryPorts['logger'],
  { watchCall, countRowsOf, activityInterceptors }: Telemetry,
): Omit<WorkerPairOptions, 'connection' | 'workflowBundle'> {
  const { requestsPerSecond, taskQueue, workerVersion, maxCachedWorkflows } = config;
  const warn = (message: string): void => void logger.warn(message);
  const { api, ...parts } = partsOf(config, { watchCall, warn });
  return {
    ...parts,
    taskQueue,
    workerVersion,
    api: countRowsOf(api),
    activityInterceptors,
    requestsPerSecond,
    overrides: maxCachedWorkflows === null ? {} : { maxCachedWorkflows },
  };
}

/**
 * Runs the worker with the settings of the environment. Resolves to the exit code: 2 for unusable settings, else 1 on
 * failure; standard error then says why.
 */
export async function main(): Promise<number> {
  let secrets: () => string[] = () => [];
  try {
    const config = loadConfig();
    secrets = config.secrets;
    await runWorker(config);
    return 0;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const message = `worker cannot continue: ${text}`;
    const timestampNanos = BigInt(Date.now()) * 1_000_000n;
    process.stderr.write(logLine({ level: 'ERROR', message, timestampNanos }, maskOf(secrets())));
    return error instanceof ConfigError || error instanceof CodecModuleError ? 2 : 1;
  }
}

if (require.main === module) {
  quietSdkNotices();
  void main().then((code) => {
    // If the SDK cannot load the workflows, its threads would keep the process alive. The callback of an empty write
    // runs when all output has been flushed.
    process.stderr.write('', () => process.exit(code));
  });
}
