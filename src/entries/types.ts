/** What goes in and what comes out, in types. */
export type { ImportJob, RowResult } from '../core/api/import-job';
export type { PublicImportRecordsInput as ImportRecordsInput } from '../core/pipeline/public-input';
export type {
  BatchState,
  ImportReport,
  PipelineState,
  ReportedImport,
  RowTotals,
} from '../core/pipeline/report';
export type { IndexedResult, ResultsMode } from '../core/tracker/get-import-status';
export type {
  Evidence,
  FinishedOutcome,
  ImportEnd,
  ImportOutcome,
  Problem,
  ProblemCode,
  TrackingFailure,
} from '../core/tracker/outcome';
export type {
  NotifiedWebhook,
  NotifiedWorkflow,
  PublicPollingChange as PollingChange,
  PublicPollingInput as PollingInput,
  PublicTrackImportInput as TrackImportInput,
} from '../core/tracker/public-input';
export type { OversizedResult, ReadResultsInput, ResultsPage } from '../core/tracker/read-results';
export type { Phase, Progress, TrackingState } from '../core/tracker/status';
export type { Undelivered } from '../core/tracker/subscribers';
export type { ResultsRef } from '../core/stored-object';
