import type { TelemetryOptions } from '@temporalio/worker';
import { detectionDelay } from '../workflows/runtime/metrics';
import { requestDuration } from './api-metrics';

/**
 * How the SDK serves its metrics and ours at `host:port`. Units stand in the names, counters end in `_total`, durations
 * are seconds; the labels are those of the metric alone. The SDK appends a unit only to metrics that declare one, so
 * ours declare none and carry it in their names.
 */
export function prometheusMetrics(bindAddress: string): NonNullable<TelemetryOptions['metrics']> {
  return {
    attachServiceName: false,
    prometheus: {
      bindAddress,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
      histogramBucketOverrides: {
        // From one poll's length to the longest wait between two.
        [detectionDelay.name]: [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200],
        // Up to the longest time that a request may take.
        [requestDuration.name]: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 55],
      },
    },
  };
}
