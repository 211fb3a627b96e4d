import type { MetricMeter } from '@temporalio/common';
import { rowOutcomes } from '../core/api/import-job';
import { endStatusNames } from '../core/tracker/end-statuses';
import { evidences } from '../core/tracker/outcome';
import { pollResults } from '../core/tracker/poll-result';
import { counterOf, metrics } from '../core/metrics/catalogue';

/**
 * Starts the workflows' counters at 0, with the labels that the SDK will add, so that the first event shows as an
 * increase.
 */
export function beginWorkflowMetrics(
  meter: MetricMeter,
  worker: { namespace: string; taskQueue: string },
): void {
  const of = (workflowType: string) => meter.withTags({ ...worker, workflowType });
  const polls = counterOf(of('trackImport'), 'prism_polls');
  for (const result of pollResults) polls.add(0, { result });
  const ends = counterOf(of('trackImport'), 'prism_imports_ended');
  for (const status of endStatusNames) ends.add(0, { status });
  const expired = counterOf(of('trackImport'), 'prism_imports_expired');
  for (const evidence of evidences) expired.add(0, { evidence });
  const cleanings = counterOf(of('cleanStorage'), 'prism_cleanings');
  for (const result of metrics.prism_cleanings.labels.result) cleanings.add(0, { result });
  const notices = counterOf(of('deliverNotice'), 'prism_notices');
  const { event: events, result: results } = metrics.prism_notices.labels;
  for (const event of events) for (const result of results) notices.add(0, { event, result });
  const rows = counterOf(of('importRecords'), 'prism_rows');
  for (const outcome of rowOutcomes) rows.add(0, { outcome });
}
