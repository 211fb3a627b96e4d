import type { Client } from '@temporalio/client';
import type { Logger, MetricMeter } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Config } from '../config/config';
import type { ImportApi } from '../ports/import-api';
import { watchWithAll, type WatchCall } from '../ports/call-watch';
import { askFleet, reachServer } from '../temporal/fleet';
import { createActivityMetrics } from './activity-metrics';
import { createApiMetrics } from './api-metrics';
import { createFleetGauges } from './fleet-gauges';
import { startHealthServer } from './health-server';
import { reasonsNotReady } from './readiness';
import { repeat, type Stop } from './repeat';
import { startTracing } from './tracing';
import { beginWorkflowMetrics } from './workflow-metrics';

/** What makes a worker process observable. */
export interface Telemetry {
  /** For the client of the API. */
  watchCall: WatchCall;
  /** Wraps the API so that it counts the rows that answers list. */
  countRowsOf: (api: ImportApi) => ImportApi;
  /** For every worker. */
  activityInterceptors: ActivityInterceptorsFactory[];
  /** Makes the process ready as soon as these workers run. */
  judge: (workers: readonly ObservedWorker[]) => void;
  /** Stops everything. Takes at most 3 s, and only if spans remain to be sent. */
  stop: () => Promise<void>;
}

/** The facts of a worker that readiness depends on. */
interface ObservedWorker {
  options: { taskQueue: string };
  getState(): string;
}

/** What telemetry needs. */
export interface TelemetryPorts {
  /** A client of the namespace, open for at least as long as telemetry runs. */
  client: Client;
  meter: MetricMeter;
  logger: Logger;
}

const reachEveryMs = 15_000;
const askEveryMs = 60_000;
/** A fifth of the index requests that a server allows per namespace, because other workers and people need some too. */
const indexSpacingMs = 500;

/** Starts metrics, tracing and the health endpoint, as configured. Rejects if the health endpoint cannot listen. */
export async function startTelemetry(config: Config, ports: TelemetryPorts): Promise<Telemetry> {
  const { meter, logger } = ports;
  const { requestsPerMonth, taskQueue, temporal } = config;
  const api = createApiMetrics(meter, { requestsPerMonth });
  const activities = createActivityMetrics(meter);
  beginWorkflowMetrics(meter, { namespace: temporal.namespace, taskQueue });
  const warn = (message: string): void => void logger.warn(`tracing: ${message}`);
  const health = await startHealth(config, ports);
  const tracing = config.tracing === null ? null : await startTracing(config.tracing.serviceName, warn);
  const stopAsking =
    config.metricsAddress === null ? () => undefined : keepAsking(config, ports, api.refresh);
  return {
    watchCall: watchWithAll([api.watchCall, ...(tracing === null ? [] : [tracing.watchCall])]),
    countRowsOf: activities.countRowsOf,
    activityInterceptors: [...(tracing === null ? [] : [tracing.activities]), activities.interceptor],
    judge: health.judge,
    async stop() {
      stopAsking();
      await Promise.all([health.stop(), tracing?.stop()]);
    },
  };
}

/** Updates the gauges from the server, once a minute. */
function keepAsking(
  { taskQueue }: Config,
  { client, meter, logger }: TelemetryPorts,
  refresh: () => void,
): Stop {
  const show = createFleetGauges(meter);
  return repeat(askEveryMs, async (stopped) => {
    refresh();
    try {
      show(await askFleet(client, taskQueue, Date.now(), { spacingMs: indexSpacingMs }));
    } catch (error) {
      if (stopped.aborted) return;
      show(null);
      logger.warn('the server could not be asked for the metrics of the fleet', { error });
    }
  });
}

/** Starts the health endpoint, and the checks of the server that its answers rely on. */
async function startHealth({ healthAddress }: Config, { client }: TelemetryPorts) {
  let workers: readonly ObservedWorker[] = [];
  const judge = (observed: readonly ObservedWorker[]): void => {
    workers = observed;
  };
  if (healthAddress === null) return { judge, stop: async () => {} };
  let reachedAtMs: number | null = null;
  const stopReaching = repeat(reachEveryMs, async () => {
    await reachServer(client);
    reachedAtMs = performance.now();
  });
  const reasons = () =>
    reasonsNotReady({
      workers: workers.map((worker) => ({
        taskQueue: worker.options.taskQueue,
        state: worker.getState(),
      })),
      sinceReachedMs: reachedAtMs === null ? null : performance.now() - reachedAtMs,
    });
  try {
    const server = await startHealthServer(healthAddress, reasons);
    return {
      judge,
      stop: async () => {
        stopReaching();
        await server.close();
      },
    };
  } catch (error) {
    stopReaching();
    throw error;
  }
}
