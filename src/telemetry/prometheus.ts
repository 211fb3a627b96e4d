import type { TelemetryOptions } from '@temporalio/worker';
import { metrics } from '../core/metrics/catalogue';

/**
 * How the SDK serves its metrics and ours at `host:port`: units are part of the names, counters end in `_total`,
 * durations are in seconds, and the only labels are the metric's own. The SDK appends a unit only to metrics that
 * declare one, so ours declare none and carry it in their names.
 */
export function prometheusMetrics(bindAddress: string): NonNullable<TelemetryOptions['metrics']> {
  return {
    attachServiceName: false,
    prometheus: {
      bindAddress,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
      histogramBucketOverrides: Object.fromEntries(
        Object.entries(metrics).flatMap(([name, metric]) =>
          'buckets' in metric ? [[name, [...metric.buckets]]] : [],
        ),
      ),
    },
  };
}
