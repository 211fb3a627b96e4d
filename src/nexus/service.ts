import { operation, service } from 'nexus-rpc';
import type { PublicImportRecordsInput } from '../core/pipeline/public-input';
import type { ImportReport } from '../core/pipeline/report';
import type { ImportOutcome } from '../core/tracker/outcome';
import type { PublicTrackImportInput } from '../core/tracker/public-input';
import type { ReadResultsInput, ResultsPage } from '../core/tracker/read-results';
import type { TrackingState } from '../core/tracker/status';

/** The import whose tracker is meant: the one that `trackImport` of this service started or joined. */
export interface TrackedJob {
  teamId: string;
  jobId: string;
}

/** Input of the operation `importRecords`: that of the workflow, and the id of its run. */
export interface ImportRecordsOperationInput extends PublicImportRecordsInput {
  /**
   * The workflow id of the pipeline. A second caller with the same id joins the pipeline while it runs, and is refused
   * once it has completed. Default: an id that is made from the Nexus request, so that the pipeline is the caller's
   * alone.
   */
  workflowId?: string | null | undefined;
}

/**
 * The Nexus service `prism-imports`, for callers: names and types of its operations. Workflow code may import it.
 *
 * @example
 *   const prism = createNexusServiceClient({ service: prismImportsService, endpoint: 'prism-imports' });
 *   const outcome = await prism.executeOperation('trackImport', { teamId, jobId });
 */
export const prismImportsService = service('prism-imports', {
  /**
   * Follows an import to its end and returns how it ended. Any number of callers wait for one tracker, which goes on
   * with the input of the first. Cancelling the operation detaches its caller alone: the tracker goes on.
   */
  trackImport: operation<PublicTrackImportInput, ImportOutcome>(),
  /** Imports a file in batches and returns what became of every row. */
  importRecords: operation<ImportRecordsOperationInput, ImportReport>(),
  /** What the tracker of an import knows, also after its end. */
  status: operation<TrackedJob, TrackingState>(),
  /** Has the running tracker of an import poll at once. */
  pollNow: operation<TrackedJob, void>(),
  /** A page of the results that a tracker has stored. */
  readResults: operation<ReadResultsInput, ResultsPage>(),
});
