import { setTimeout as delay } from 'node:timers/promises';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { WatchCall } from '../ports/call-watch';
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

/**
 * Sends spans by OTLP over HTTP to where the standard `OTEL_*` variables say, which OpenTelemetry's SDK reads itself:
 * endpoint, headers, sampler, batches, resource. What it complains of goes to `complain`. The modules are loaded here,
 * and so only by a worker that traces.
 */
export async function startTracing(
  serviceName: string,
  complain: (message: string) => void,
): Promise<Tracing> {
  const otel = await import('@opentelemetry/api');
  const { BatchSpanProcessor, NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  const { detectResources, envDetector, resourceFromAttributes } = await import('@opentelemetry/resources');
  const temporal = await import('@temporalio/interceptors-opentelemetry-v2');
  const quiet = () => undefined;
  const logger = { error: complain, warn: complain, info: quiet, debug: quiet, verbose: quiet };
  otel.diag.setLogger(logger, otel.DiagLogLevel.WARN);
  const provider = new NodeTracerProvider({
    resource: detectResources({ detectors: [envDetector] }).merge(
      resourceFromAttributes({ 'service.name': serviceName }),
    ),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
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
