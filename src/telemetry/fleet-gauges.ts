import type { MetricMeter } from '@temporalio/common';
import type { Fleet } from '../temporal/fleet';
import { gaugeOf } from '../core/metrics/catalogue';

/**
 * Shows what the server knows of the whole fleet, or with null that it cannot be asked. A value once given cannot be
 * taken back from the SDK's exporter, so what does not exist is NaN: no comparison with it holds, and a graph has a
 * gap.
 */
export function createFleetGauges(meter: MetricMeter): (fleet: Fleet | null) => void {
  const unfinished = gaugeOf(meter, 'prism_unfinished_imports');
  const expiry = gaugeOf(meter, 'prism_oldest_import_expiry_seconds');
  const pollers = gaugeOf(meter, 'prism_task_queue_pollers');
  return (fleet) => {
    unfinished.set(fleet?.unfinishedImports ?? NaN);
    expiry.set(fleet?.oldestExpirySeconds ?? NaN);
    pollers.set(fleet?.pollers.workflow ?? NaN, { queue: 'workflow' });
    pollers.set(fleet?.pollers.http ?? NaN, { queue: 'http' });
  };
}
