import { operation, service } from 'nexus-rpc';
import type { PublicImportRecordsInput } from '../core/pipeline/public-input';
import type { ImportReport } from '../core/pipeline/report';
import type { ImportOutcome } from '../core/tracker/outcome';
import type { PublicTrackImportInput } from '../core/tracker/public-input';
import type { ReadResultsInput, ResultsPage } from '../core/tracker/read-results';
import type { TrackingState } from '../core/tracker/status';

/** An import whose tracker was started or joined by `trackImport` of this service. */
export interface TrackedJob {
  teamId: string;
  jobId: string;
}

/** Input of the operation `importRecords`: that of the workflow, and its workflow id. */
export interface ImportRecordsOperationInput extends PublicImportRecordsInput {
  /**
   * The workflow id of the pipeline. A second caller with the same id joins the pipeline while it runs, and is refused
   * once it has completed. Default: an id made from the Nexus request, so that no other caller joins the pipeline.
   */
  workflowId?: string | null | undefined;
}

/**
 * The Nexus service `prism-imports`, for callers: the names and types of its operations. Workflow code may import it.
 *
 * @example
 *   import { createNexusServiceClient } from '@temporalio/workflow';
 *   import { prismImportsService } from 'prism-imports/nexus';
 *
 *   const prism = createNexusServiceClient({ service: prismImportsService, endpoint: 'prism-imports' });
 *   const outcome = await prism.executeOperation('trackImport', { teamId, jobId });
 */
export const prismImportsService = service('prism-imports', {
  /**
   * Tracks an import to its end and returns its outcome. Any number of callers can wait for one tracker, which keeps
   * the input of the first. Cancelling the operation detaches only that caller; the tracker continues.
   */
  trackImport: operation<PublicTrackImportInput, ImportOutcome>(),
  /** Imports a file in batches and reports on every row. */
  importRecords: operation<ImportRecordsOperationInput, ImportReport>(),
  /** Returns the state of an import's tracker, also after its end. */
  status: operation<TrackedJob, TrackingState>(),
  /** Makes the running tracker of an import poll at once. */
  pollNow: operation<TrackedJob, void>(),
  /** Returns a page of the results that a tracker has stored. */
  readResults: operation<ReadResultsInput, ResultsPage>(),
});
