import { setTimeout as delay } from 'node:timers/promises';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { WatchCall } from '../ports/call-watch';
import { loadOptional } from '../ports/optional-package';
import { traceCalls } from './trace-calls';

/** Active tracing. */
export interface Tracing {
  /**
   * Records a span for every activity, in the trace that its workflow was started in, and adds the trace to the
   * activity's log lines.
   */
  activities: ActivityInterceptorsFactory;
  watchCall: WatchCall;
  /** Sends remaining spans, for at most 3 s. */
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
 * Sends spans by OTLP over HTTP as the standard `OTEL_*` variables say; OpenTelemetry's SDK reads endpoint, headers,
 * sampler, batches and resource by itself. Its own errors go to `complain`. Only workers that trace load the modules.
 * Throws a MissingPackageError if they are not installed.
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
