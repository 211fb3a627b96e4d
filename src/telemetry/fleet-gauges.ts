import type { MetricMeter } from '@temporalio/common';
import type { Fleet } from '../temporal/fleet';

/**
 * Shows what the server knows of the whole fleet, or with null that it cannot be asked. A value once given cannot be
 * taken back from the SDK's exporter, so what does not exist is NaN: no comparison with it holds, and a graph has a
 * gap.
 */
export function createFleetGauges(meter: MetricMeter): (fleet: Fleet | null) => void {
  const gauge = (name: string, description: string) => meter.createGauge(name, 'float', '', description);
  const unfinished = gauge('prism_unfinished_imports', 'Imports that are being followed, in the whole fleet');
  const expiry = gauge(
    'prism_oldest_import_expiry_seconds',
    'Time until the first unfinished import expires; NaN when there is none',
  );
  const pollers = gauge('prism_task_queue_pollers', 'Pollers of a task queue that the server knows');
  return (fleet) => {
    unfinished.set(fleet?.unfinishedImports ?? NaN);
    expiry.set(fleet?.oldestExpirySeconds ?? NaN);
    pollers.set(fleet?.pollers.workflow ?? NaN, { queue: 'workflow' });
    pollers.set(fleet?.pollers.http ?? NaN, { queue: 'http' });
  };
}
