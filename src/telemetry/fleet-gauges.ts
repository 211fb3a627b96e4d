import type { MetricMeter } from '@temporalio/common';
import type { Fleet } from '../temporal/fleet';
import { gaugeOf, metrics } from '../core/metrics/catalogue';

/**
 * Returns a function that publishes the server's view of the whole fleet, or null if the server cannot be reached. The
 * SDK's exporter cannot remove a value, so missing values are NaN: every comparison with it is false, and graphs show a
 * gap.
 */
export function createFleetGauges(meter: MetricMeter): (fleet: Fleet | null) => void {
  const unfinished = gaugeOf(meter, 'prism_unfinished_imports');
  const thisMonth = gaugeOf(meter, 'prism_imports_expiring_this_month');
  const expiry = gaugeOf(meter, 'prism_oldest_import_expiry_seconds');
  const blocked = gaugeOf(meter, 'prism_blocked_imports');
  const blockedExpiry = gaugeOf(meter, 'prism_oldest_blocked_import_expiry_seconds');
  const blockedPipelines = gaugeOf(meter, 'prism_blocked_pipelines');
  const listed = gaugeOf(meter, 'prism_listed_imports');
  const pollers = gaugeOf(meter, 'prism_task_queue_pollers');
  return (fleet) => {
    unfinished.set(fleet?.unfinishedImports ?? NaN);
    thisMonth.set(fleet?.expiringThisMonth ?? NaN);
    expiry.set(fleet?.oldestExpirySeconds ?? NaN);
    for (const problem of metrics.prism_blocked_imports.labels.problem)
      blocked.set(fleet?.blockedImports[problem] ?? NaN, { problem });
    blockedExpiry.set(fleet?.oldestBlockedExpirySeconds ?? NaN);
    for (const problem of metrics.prism_blocked_pipelines.labels.problem)
      blockedPipelines.set(fleet?.blockedPipelines[problem] ?? NaN, { problem });
    for (const status of metrics.prism_listed_imports.labels.status)
      listed.set(fleet?.listedImports[status] ?? NaN, { status });
    pollers.set(fleet?.pollers.workflow ?? NaN, { queue: 'workflow' });
    pollers.set(fleet?.pollers.http ?? NaN, { queue: 'http' });
  };
}
