import { isCancellation, proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import { countCleaning } from './runtime/metrics';
import { showDetails } from './runtime/show-details';
import type { CleaningActivities } from '../activities/cleaning-activities';
import { cleaningDetails } from '../core/details/cleaning-details';
import type { CleanedStorage } from '../core/cleaned-storage';

const cleaning: ActivityOptions = {
  startToCloseTimeout: '1 day',
  scheduleToCloseTimeout: '2 days',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '1 minute', maximumInterval: '1 hour' },
  summary: 'Removes old objects from PRISM_STORAGE',
};

/**
 * Removes objects from the workers' storage that are older than `PRISM_KEEP_STORED` and that no open import or pipeline
 * needs, and returns how much it removed. Only the workers' setting decides on the age, so that nobody who starts this
 * workflow can remove more. Fails with `InvalidInput` if the workers keep everything, or if workers of other namespaces
 * use the storage too.
 *
 * @example
 *   import type { cleanStorage } from 'prism-imports/workflows';
 *
 *   const removed = await client.workflow.execute<typeof cleanStorage>('cleanStorage', {
 *     taskQueue: 'prism-imports',
 *     workflowId: 'clean-now',
 *   });
 */
export async function cleanStorage(): Promise<CleanedStorage> {
  try {
    const cleaned = await proxyActivities<CleaningActivities>(cleaning).removeOldObjects();
    countCleaning('done');
    showDetails(cleaningDetails(cleaned));
    return cleaned;
  } catch (error) {
    if (!isCancellation(error)) countCleaning('failed');
    throw error;
  }
}
