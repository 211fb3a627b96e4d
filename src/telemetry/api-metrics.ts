import { CancelledFailure, type MetricMeter } from '@temporalio/common';
import type { FailureType } from '../core/failures';
import { counterOf, errorClasses, gaugeOf, histogramOf, metrics } from '../core/metrics/catalogue';
import type { PrismCall, WatchCall } from '../ports/call-watch';
import { classifyRead, classifyWrite, PrismError } from '../ports/prism-error';

/** The class of error that a call ended with. */
type ErrorClass = (typeof errorClasses)[number];

/** What counting requests needs. */
export interface ApiMetricsOptions {
  /** How many requests the key may make per month. */
  requestsPerMonth: number;
  /** The time in milliseconds since 1970, and that of a clock that never jumps; defaults: this process's. */
  now?: () => number;
  elapsed?: () => number;
}

/** Counts and times API calls. */
export interface ApiMetrics {
  watchCall: WatchCall;
  /** Starts a new count if a new month (UTC) has begun. */
  refresh: () => void;
}

/**
 * Creates the metrics of API calls. Every value of every label exists from the start, so that a first error shows as an
 * increase instead of a new series.
 */
export function createApiMetrics(meter: MetricMeter, options: ApiMetricsOptions): ApiMetrics {
  const { now = Date.now, elapsed = () => performance.now() } = options;
  const requests = counterOf(meter, 'prism_api_requests');
  const errors = counterOf(meter, 'prism_api_errors');
  const durations = histogramOf(meter, 'prism_api_request_duration_seconds');
  for (const operation of metrics.prism_api_requests.labels.operation) {
    requests.add(0, { operation });
    for (const kind of errorClasses) errors.add(0, { operation, class: kind });
  }
  gaugeOf(meter, 'prism_api_quota_requests').set(options.requestsPerMonth);
  const month = countMonth(meter, now);
  return {
    refresh: month.refresh,
    watchCall: ({ operation }) => {
      let sentAtMs: number | null = null;
      return {
        sent() {
          sentAtMs = elapsed();
          requests.add(1, { operation });
          month.add();
        },
        answered: () => undefined,
        ended(error) {
          const outcome = outcomeOf(operation, error);
          if (sentAtMs !== null) durations.record((elapsed() - sentAtMs) / 1000, { operation, outcome });
          if (outcome !== 'ok' && outcome !== 'cancelled') errors.add(1, { operation, class: outcome });
        },
      };
    },
  };
}

function countMonth(meter: MetricMeter, now: () => number) {
  const gauge = gaugeOf(meter, 'prism_api_requests_this_month');
  const since = gaugeOf(meter, 'prism_api_requests_since_seconds');
  const monthNow = () => new Date(now()).toISOString().slice(0, 'yyyy-mm'.length);
  let month = monthNow();
  let requests = 0;
  let sinceMs = now();
  const refresh = () => {
    if (monthNow() !== month) {
      month = monthNow();
      requests = 0;
      sinceMs = Date.parse(month);
    }
    gauge.set(requests);
    since.set(sinceMs / 1000);
  };
  refresh();
  return {
    refresh,
    add() {
      refresh();
      requests += 1;
      gauge.set(requests);
    },
  };
}

/** How a call ended, as a label: `ok` (also for a status that answers 404), `cancelled`, or the class of its error. */
function outcomeOf(operation: PrismCall['operation'], error: unknown): 'ok' | 'cancelled' | ErrorClass {
  if (error === null) return 'ok';
  if (error instanceof PrismError) {
    return errorClass((operation === 'status' ? classifyRead(error) : classifyWrite(error)).type);
  }
  return error instanceof CancelledFailure ? 'cancelled' : 'other';
}

function errorClass(type: FailureType): ErrorClass {
  switch (type) {
    case 'PrismUnauthorized':
    case 'PrismForbidden':
      return 'key_refused';
    case 'PrismInvalidRequest':
      return 'invalid_request';
    case 'PrismRateLimited':
      return 'rate_limited';
    case 'PrismUnavailable':
      return 'unavailable';
    case 'PrismMalformedResponse':
      return 'malformed';
    case 'PrismUnclear':
      return 'unclear';
    case 'PrismInProgress':
    case 'InvalidInput':
    case 'StorageUnavailable':
    case 'SourceInvalid':
    case 'OutOfTime':
    case 'Unexpected':
      return 'other';
  }
}
