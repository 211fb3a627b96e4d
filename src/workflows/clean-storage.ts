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
 * Removes from the storage of the workers what is older than they keep (`PRISM_KEEP_STORED`) and what no open import or
 * pipeline needs; gives how much. Its age is a setting of theirs, so that nobody who starts this can have more removed.
 * Fails with `InvalidInput` when they keep everything, or when the storage is not theirs alone.
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
