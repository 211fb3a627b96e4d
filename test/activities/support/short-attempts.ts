import { proxyActivities } from '@temporalio/workflow';
import type { FileActivities } from '../../../src/activities/file-activities';
import type { PlanImportInput, PlannedImport } from '../../../src/core/pipeline/plan';

const { planImport } = proxyActivities<FileActivities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '1 second',
  retry: { initialInterval: '10ms', backoffCoefficient: 1 },
});

/** Plans an import as a pipeline does, with less patience. */
export async function planWithShortAttempts(input: PlanImportInput): Promise<PlannedImport> {
  return await planImport(input);
}
