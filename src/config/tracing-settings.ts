/** The OpenTelemetry variables that decide whether spans are sent. */
export interface TracingVariables {
  OTEL_SDK_DISABLED?: string | undefined;
  OTEL_TRACES_EXPORTER?: 'otlp' | 'none' | undefined;
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  OTEL_SERVICE_NAME: string;
}

/**
 * Follows OpenTelemetry's specification of its variables, except that null (no tracing) replaces a default endpoint
 * that nobody named.
 */
export function tracingSettings(variables: TracingVariables): { serviceName: string } | null {
  const { OTEL_TRACES_EXPORTER: exporter, OTEL_SERVICE_NAME: serviceName } = variables;
  const disabled = variables.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || exporter === 'none';
  const named = variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? variables.OTEL_EXPORTER_OTLP_ENDPOINT;
  return !disabled && (exporter === 'otlp' || named !== undefined) ? { serviceName } : null;
}
