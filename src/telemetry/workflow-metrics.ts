import type { MetricMeter } from '@temporalio/common';
import type { ImportEnd } from '../domain/outcome';
import { pollResults } from '../domain/poll-result';
import { endsCounter, pollsCounter } from '../workflows/metrics';

const endStatuses: Record<ImportEnd['status'], true> = {
  complete: true,
  failed: true,
  expired: true,
  timed_out: true,
  error: true,
  cancelled: true,
};

/** Lets what `trackImport` counts begin at 0 for a worker, with the labels that the SDK will add, so that the first of a kind is a rise. */
export function beginWorkflowMetrics(
  meter: MetricMeter,
  worker: { namespace: string; taskQueue: string },
): void {
  const tagged = meter.withTags({ ...worker, workflowType: 'trackImport' });
  const polls = tagged.createCounter(pollsCounter.name, '', pollsCounter.description);
  for (const result of pollResults) polls.add(0, { result });
  const ends = tagged.createCounter(endsCounter.name, '', endsCounter.description);
  for (const status of Object.keys(endStatuses)) ends.add(0, { status });
}
