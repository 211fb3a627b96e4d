import { setTimeout as delay } from 'node:timers/promises';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { WatchCall } from '../ports/call-watch';
import { loadOptional } from '../ports/optional-package';
import { traceCalls } from './trace-calls';

/** Tracing that is on. */
export interface Tracing {
  /**
   * Makes a span of every activity, as part of the trace that its workflow was started in, and names it in the
   * activity's log lines.
   */
  activities: ActivityInterceptorsFactory;
  watchCall: WatchCall;
  /** Sends what is left, for 3 s at most. */
  stop(): Promise<void>;
}

const maxFlushMs = 3_000;

const packages = [
  '@opentelemetry/api',
  '@opentelemetry/sdk-trace-node',
  '@opentelemetry/exporter-trace-otlp-proto',
  '@opentelemetry/resources',
  '@temporalio/interceptors-opentelemetry-v2',
];

const load = async () => ({
  otel: await import('@opentelemetry/api'),
  node: await import('@opentelemetry/sdk-trace-node'),
  exporter: await import('@opentelemetry/exporter-trace-otlp-proto'),
  resources: await import('@opentelemetry/resources'),
  temporal: await import('@temporalio/interceptors-opentelemetry-v2'),
});

/**
 * Sends spans by OTLP over HTTP to where the standard `OTEL_*` variables say, which OpenTelemetry's SDK reads itself:
 * endpoint, headers, sampler, batches, resource. What it complains of goes to `complain`. The modules are loaded here,
 * and so only by a worker that traces; throws a MissingPackageError where they are not installed.
 */
export async function startTracing(
  serviceName: string,
  complain: (message: string) => void,
): Promise<Tracing> {
  const { otel, node, exporter, resources, temporal } = await loadOptional('Tracing', packages, load);
  const { detectResources, envDetector, resourceFromAttributes } = resources;
  const quiet = () => undefined;
  const logger = { error: complain, warn: complain, info: quiet, debug: quiet, verbose: quiet };
  otel.diag.setLogger(logger, otel.DiagLogLevel.WARN);
  const provider = new node.NodeTracerProvider({
    resource: detectResources({ detectors: [envDetector] }).merge(
      resourceFromAttributes({ 'service.name': serviceName }),
    ),
    spanProcessors: [new node.BatchSpanProcessor(new exporter.OTLPTraceExporter())],
  });
  provider.register();
  return {
    activities: (activity) => ({
      inbound: new temporal.OpenTelemetryActivityInboundInterceptor(activity),
      outbound: new temporal.OpenTelemetryActivityOutboundInterceptor(activity),
    }),
    watchCall: traceCalls(otel),
    async stop() {
      const over = new AbortController();
      const limit = delay(maxFlushMs, undefined, { signal: over.signal }).catch(quiet);
      await Promise.race([provider.shutdown().catch(quiet), limit]);
      over.abort();
    },
  };
}
