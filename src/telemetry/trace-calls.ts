import type * as OpenTelemetry from '@opentelemetry/api';
import type { Attributes, Span } from '@opentelemetry/api';
import type { PrismCall, WatchCall } from '../ports/call-watch';
import { PrismError } from '../ports/prism-error';

/**
 * Records a span for every request, by OpenTelemetry's semantic conventions for HTTP clients (1.40), but without
 * `url.full`, which contains ids; the route replaces it. Spans contain no headers or bodies, and the API receives no
 * trace context. OpenTelemetry is a parameter, since only workers that trace load it.
 */
export function traceCalls(otel: typeof OpenTelemetry): WatchCall {
  const tracer = otel.trace.getTracer('prism-imports');
  return (call) => {
    const parent = otel.context.active();
    let span: Span | null = null;
    return {
      sent() {
        span?.end(); // a second request of one call: the key was replaced
        const { method, route } = call;
        const options = { kind: otel.SpanKind.CLIENT, attributes: attributesOf(call) };
        span = tracer.startSpan(`${method} ${route}`, options, parent);
      },
      answered(status) {
        span?.setAttribute('http.response.status_code', status);
      },
      ended(error) {
        if (error !== null) {
          span?.setAttributes(failureOf(error)).setStatus({ code: otel.SpanStatusCode.ERROR });
        }
        span?.end();
      },
    };
  };
}

function attributesOf({ method, route, host, port }: PrismCall): Attributes {
  return {
    'http.request.method': method,
    'url.template': route,
    'server.address': host,
    'server.port': port,
  };
}

/** `error.type`: the status of an error response, else one word for the failure. */
function failureOf(error: unknown): Attributes {
  if (!(error instanceof PrismError)) return { 'error.type': error instanceof Error ? error.name : '_OTHER' };
  const { problem, status } = error.facts;
  const type = problem === 'status' ? String(status) : problem;
  return { 'error.type': type, ...(status !== null && { 'http.response.status_code': status }) };
}
