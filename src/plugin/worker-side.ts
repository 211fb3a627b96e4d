import { readFileSync } from 'node:fs';
import { Client } from '@temporalio/client';
import { Runtime, type Worker, type WorkerOptions, type WorkflowBundleOption } from '@temporalio/worker';
import { bundleMark } from '../bundle-options';
import type { Config } from '../config/config';
import { checkWorkable, loadStorage, partsOf } from '../configured-parts';
import { createActivityMetrics } from '../telemetry/activity-metrics';
import { createApiMetrics } from '../telemetry/api-metrics';
import { beginWorkflowMetrics } from '../telemetry/workflow-metrics';
import { docsUrlScript } from '../open-workflow-bundle';
import { noteStorageUse } from '../note-storage-use';
import { checkSearchAttributes, retentionWarning } from '../temporal/search-attributes';
import { partOf, runningPart, runTogether } from '../run-together';
import { longSteps, workOf } from '../worker-parts';
import { createHttpWorker } from './http-worker';

/** What the plugin does for workers, with one configuration. */
export interface WorkerSide {
  /** The URL of the documents for texts, or null. */
  docsUrl: string | null;
  /** Adds our activities and their metrics. Throws if they conflict with the team's. */
  configure(options: WorkerOptions): WorkerOptions;
  /**
   * Runs the team's worker through `next`, and the worker of the API's queue beside it, until both have stopped. If the
   * namespace is unsuitable, stops the team's worker and rejects.
   */
  run(worker: Worker, next: () => Promise<void>): Promise<void>;
}

/** Throws `ConfigError` if the configuration cannot be used. */
export function createWorkerSide(config: Config): WorkerSide {
  checkWorkable(config);
  const { logger, metricMeter: meter } = Runtime.instance();
  const warn = (message: string): void => void logger.warn(message);
  const { watchCall } = createApiMetrics(meter, { requestsPerMonth: config.requestsPerMonth });
  const counting = createActivityMetrics(meter);
  const { api, ...parts } = partsOf(config, { watchCall, warn });
  const { ofQueue, ofHttpQueue, nexusServices } = workOf({ ...parts, api: counting.countRowsOf(api) });

  async function prepare(worker: Worker) {
    for (const line of config.unknownVariables) warn(line);
    await loadStorage(config);
    const { connection } = worker;
    if (connection === undefined) throw new Error('PrismImportsPlugin needs a worker that has a connection.');
    const client = new Client({ connection, namespace: worker.options.namespace });
    await checkSearchAttributes(client, null);
    const warning = await retentionWarning(client, null);
    if (warning !== null) warn(warning);
    void noteStorageUse(parts.store, client, warn);
    const http = await createHttpWorker(worker, {
      activities: ofHttpQueue,
      requestsPerSecond: config.requestsPerSecond,
    });
    beginWorkflowMetrics(meter, worker.options);
    return http;
  }

  const { docsUrl } = config.links;
  return {
    docsUrl,
    configure(options) {
      const own = Object.keys(options.activities ?? {}).filter((name) => name in ofQueue);
      if (own.length > 0)
        throw new Error(`The activity names ${own.join(', ')} belong to prism-imports: rename yours.`);
      requireOurs(options.workflowBundle);
      return {
        // In debug mode, the SDK sets no limit.
        ...(options.debugMode !== true && longSteps),
        ...options,
        ...(options.workflowBundle && { workflowBundle: configuredBundle(docsUrl, options.workflowBundle) }),
        activities: { ...options.activities, ...ofQueue },
        nexusServices: servedWith(nexusServices, options.nexusServices ?? []),
        interceptors: {
          ...options.interceptors,
          activity: [...(options.interceptors?.activity ?? []), counting.interceptor],
        },
      };
    },
    async run(worker, next) {
      // Starts at once, as it would without us: `runUntil` stops only a running worker, and the SDK allows no earlier
      // stop.
      const running = next();
      const team = runningPart(worker, running);
      const http = await prepare(worker).catch(async (error: unknown) => {
        team.stop();
        await team.run().catch(() => undefined);
        throw error;
      });
      try {
        await runTogether([team, partOf(http.worker)]);
      } catch (error) {
        // A worker that has failed may still hold the connection.
        await http.close().catch(() => undefined);
        throw error;
      }
      await http.close();
    },
  };
}

/** The services of a worker. It may already have ours, with its own options. */
function servedWith(ours: Services, given: Services): Services {
  const names = given.map(({ definition }) => definition.name);
  return [...given, ...ours.filter(({ definition }) => !names.includes(definition.name))];
}
type Services = NonNullable<WorkerOptions['nexusServices']>;

/** A bundle built ahead, whose workflows know where the documents are. */
const configuredBundle = (docsUrl: string | null, bundle: WorkflowBundleOption): WorkflowBundleOption =>
  docsUrl === null ? bundle : { code: docsUrlScript(docsUrl) + codeOf(bundle) };

const codeOf = (bundle: WorkflowBundleOption): string =>
  'code' in bundle ? bundle.code : readFileSync(bundle.codePath, 'utf8');

/** Throws if a bundle was built without what our workflows need. */
function requireOurs(bundle: WorkerOptions['workflowBundle']): void {
  if (bundle === undefined) return;
  const code = codeOf(bundle);
  if (code.includes(bundleMark)) return;
  const what = 'code' in bundle ? 'The workflow bundle' : `The workflow bundle ${bundle.codePath}`;
  throw new Error(
    `${what} was built without PrismImportsPlugin: build it with ` +
      '`bundleWorkflowCode({ workflowsPath, plugins: [new PrismImportsPlugin()] })`.',
  );
}
