import { rowOutcomes } from '../api/import-job';
import { endStatusNames } from '../tracker/end-statuses';
import { noticeEvents } from '../tracker/notices/notices';
import { evidences, problemCodes } from '../tracker/outcome';
import { pollResults } from '../tracker/poll-result';

/** The definition of one metric. */
export interface Metric {
  type: 'counter' | 'gauge' | 'histogram';
  /** In the plural. `seconds` is also the suffix of the name. */
  unit: string;
  help: string;
  /**
   * Every value of each label. Metrics of workflows also have the SDK's labels: `namespace`, `taskQueue`,
   * `workflowType`.
   */
  labels: Readonly<Record<string, readonly string[]>>;
  /** Upper bounds of a histogram's buckets. */
  buckets?: readonly number[];
}

const operation = ['status', 'launch'] as const;

/** Kinds of errors of API calls. */
export const errorClasses = [
  'key_refused',
  'invalid_request',
  'rate_limited',
  'unavailable',
  'malformed',
  'unclear',
  'other',
] as const;

/** All our metrics by name. The exporter adds `_total` to counters. docs/metrics.md describes them for users. */
export const metrics = {
  prism_polls: {
    type: 'counter',
    unit: 'polls',
    help: 'Polls, by result',
    labels: { result: pollResults },
  },
  prism_detection_delay_seconds: {
    type: 'histogram',
    unit: 'seconds',
    help: "Estimated delay between an import's end and the poll that saw it",
    labels: {},
    // From the length of one poll to the longest wait between two.
    buckets: [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200],
  },
  prism_imports_ended: {
    type: 'counter',
    unit: 'imports',
    help: 'Trackers that ended, by status',
    labels: { status: endStatusNames },
  },
  prism_imports_expired: {
    type: 'counter',
    unit: 'imports',
    help: 'Imports that expired, by evidence',
    labels: { evidence: evidences },
  },
  prism_rows: {
    type: 'counter',
    unit: 'rows',
    help: 'Rows, by outcome',
    labels: { outcome: rowOutcomes },
  },
  prism_notices: {
    type: 'counter',
    unit: 'notices',
    help: 'Notices to webhooks, by event and final result',
    labels: { event: noticeEvents.map((event) => `import.${event}`), result: ['delivered', 'failed'] },
  },
  prism_unfinished_imports: {
    type: 'gauge',
    unit: 'imports',
    help: 'Open imports, in the whole fleet',
    labels: {},
  },
  prism_imports_expiring_this_month: {
    type: 'gauge',
    unit: 'imports',
    help: 'Open imports that expire this month (UTC), in the whole fleet',
    labels: {},
  },
  prism_oldest_import_expiry_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'Time until the first open import expires; NaN without one',
    labels: {},
  },
  prism_blocked_imports: {
    type: 'gauge',
    unit: 'imports',
    help: 'Open imports with a problem, by problem, in the whole fleet',
    labels: { problem: problemCodes },
  },
  prism_oldest_blocked_import_expiry_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'Time until the first import with a problem expires; NaN without one',
    labels: {},
  },
  prism_blocked_pipelines: {
    type: 'gauge',
    unit: 'pipelines',
    help: 'Pipelines that cannot launch a batch, by problem, in the whole fleet',
    labels: { problem: problemCodes },
  },
  prism_listed_imports: {
    type: 'gauge',
    unit: 'imports',
    help: 'Imports in the namespace, by status',
    labels: { status: ['processing', ...endStatusNames, 'terminated'] },
  },
  prism_api_requests: {
    type: 'counter',
    unit: 'requests',
    help: 'Requests sent to the API',
    labels: { operation },
  },
  prism_api_request_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    help: 'Time from sending a request to the end of its answer',
    labels: { operation, outcome: ['ok', 'cancelled', ...errorClasses] },
    // Up to the timeout of a request.
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 55],
  },
  prism_api_errors: {
    type: 'counter',
    unit: 'calls',
    help: 'API calls that failed or could not be made, by class',
    labels: { operation, class: errorClasses },
  },
  prism_api_quota_requests: {
    type: 'gauge',
    unit: 'requests',
    help: 'Requests per month of the API key (PRISM_REQUESTS_PER_MONTH)',
    labels: {},
  },
  prism_api_requests_this_month: {
    type: 'gauge',
    unit: 'requests',
    help: 'Requests of this worker this month (UTC), since it started',
    labels: {},
  },
  prism_api_requests_since_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'When prism_api_requests_this_month began, in seconds since 1970',
    labels: {},
  },
  prism_task_queue_pollers: {
    type: 'gauge',
    unit: 'pollers',
    help: 'Pollers of a task queue, as the server counts them',
    labels: { queue: ['workflow', 'http'] },
  },
  prism_storage_failures: {
    type: 'counter',
    unit: 'runs',
    help: 'Activity attempts that failed because of the storage',
    labels: {},
  },
  prism_cleanings: {
    type: 'counter',
    unit: 'runs',
    help: 'Nightly runs of the storage cleaning, by result',
    labels: { result: ['done', 'failed'] },
  },
} as const satisfies Record<string, Metric>;

type MetricName<T extends Metric['type']> = {
  [N in keyof typeof metrics]: (typeof metrics)[N]['type'] extends T ? N : never;
}[keyof typeof metrics];

type Make<M, A extends unknown[]> = (name: string, ...more: A) => M;

/** Creates a counter of the catalogue with a meter of the SDK. */
export const counterOf = <M>(
  meter: { createCounter: Make<M, [unit: string, help: string]> },
  name: MetricName<'counter'>,
): M => meter.createCounter(name, '', metrics[name].help);

/** Creates a gauge of the catalogue with a meter of the SDK. */
export const gaugeOf = <M>(
  meter: { createGauge: Make<M, [valueType: 'float', unit: string, help: string]> },
  name: MetricName<'gauge'>,
): M => meter.createGauge(name, 'float', '', metrics[name].help);

/** Creates a histogram of the catalogue with a meter of the SDK. */
export const histogramOf = <M>(
  meter: { createHistogram: Make<M, [valueType: 'float', unit: string, help: string]> },
  name: MetricName<'histogram'>,
): M => meter.createHistogram(name, 'float', '', metrics[name].help);
