import type { MetricMeter } from '@temporalio/common';
import { rowOutcomes } from '../core/api/import-job';
import { endStatusNames } from '../core/tracker/end-statuses';
import { pollResults } from '../core/tracker/poll-result';
import { endsCounter, pollsCounter, rowsCounter, type CounterName } from '../workflows/runtime/metrics';

/**
 * Lets what workflows count begin at 0 for a worker, with the labels that the SDK will add, so that the first of a kind
 * is a rise.
 */
export function beginWorkflowMetrics(
  meter: MetricMeter,
  worker: { namespace: string; taskQueue: string },
): void {
  const of = (workflowType: string, { name, description }: CounterName) =>
    meter.withTags({ ...worker, workflowType }).createCounter(name, '', description);
  const polls = of('trackImport', pollsCounter);
  for (const result of pollResults) polls.add(0, { result });
  const ends = of('trackImport', endsCounter);
  for (const status of endStatusNames) ends.add(0, { status });
  const rows = of('importRecords', rowsCounter);
  for (const outcome of rowOutcomes) rows.add(0, { outcome });
}
