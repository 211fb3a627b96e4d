/** The variables of OpenTelemetry that decide whether spans are sent, as far as they are set. */
export interface TracingVariables {
  OTEL_SDK_DISABLED?: string | undefined;
  OTEL_TRACES_EXPORTER?: 'otlp' | 'none' | undefined;
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  OTEL_SERVICE_NAME: string;
}

/**
 * By OpenTelemetry's specification of its variables, but null (no tracing) where it would send to a default endpoint
 * that nobody named.
 */
export function tracingSettings(variables: TracingVariables): { serviceName: string } | null {
  const { OTEL_TRACES_EXPORTER: exporter, OTEL_SERVICE_NAME: serviceName } = variables;
  const disabled = variables.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || exporter === 'none';
  const named = variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? variables.OTEL_EXPORTER_OTLP_ENDPOINT;
  return !disabled && (exporter === 'otlp' || named !== undefined) ? { serviceName } : null;
}
