import type { ResultsMode } from './get-import-status';

/** A polling policy, as TypeScript callers write it. Durations are texts like `'90s'`, `'15m'`, `'2h'` or `'7d'`. */
export interface PublicPollingInput {
  /** Shortest wait between two polls, at least 100 ms; default `'2s'`. */
  initialInterval?: string | undefined;
  /** Maximum factor from one poll's time after submission to the next one's; from 1 to 10, default 1.25. */
  backoffCoefficient?: number | undefined;
  /** Longest wait between two polls, at least `initialInterval`; default `'2h'`. */
  maximumInterval?: string | undefined;
  /** Maximum share by which a wait is randomly shortened, from 0 to 0.9; default 0.1. */
  jitter?: number | undefined;
  /** Whether to poll close to the predicted end once there is progress; default true. */
  adaptive?: boolean | undefined;
  /** Maximum number of polls; default: no limit. */
  maximumPolls?: number | undefined;
}

/** A change of a polling policy by `setPolling`. Missing and null fields stay unchanged; `'default'` resets a field. */
export type PublicPollingChange = {
  [field in keyof PublicPollingInput]?: PublicPollingInput[field] | 'default' | null;
};

/** A workflow that a tracker notifies of the import's end, by signal. */
export interface NotifiedWorkflow {
  /** The workflow whose current run receives the signal; default: the parent. */
  workflowId?: string | undefined;
  /** The name of the signal; default `importFinished`. */
  signal?: string | undefined;
}

/**
 * A webhook that the operator has configured. It is notified of the import's end, and, on request, once each of a
 * problem and of the end of retention.
 */
export interface NotifiedWebhook {
  webhook: string;
  /** Notify it of a problem that has lasted this long, a text like `'1h'`; default: never. */
  problemAfter?: string | undefined;
  /** Notify it this long before retention ends, a text like `'1d'`; default: never. */
  expiringWithin?: string | undefined;
}

/** The subscriber that the signal `subscribe` adds. */
export type Subscription = (NotifiedWorkflow & { workflowId: string }) | NotifiedWebhook;

/** Input of the workflow `trackImport`, as TypeScript callers write it. */
export interface PublicTrackImportInput {
  teamId: string;
  jobId: string;
  /** When the import was submitted, ISO 8601 with a zone; default: the start of the workflow. */
  submittedAt?: string | undefined;
  polling?: PublicPollingInput | undefined;
  /**
   * Stop waiting after this time, a text like `'2h'`; the import itself continues. Default: wait until retention ends.
   */
  waitTimeout?: string | undefined;
  /** What to do with the row results; default `auto`. */
  results?: ResultsMode | undefined;
  /** Whom to notify of the end; default: nobody. `[{}]` notifies the parent with the signal `importFinished`. */
  notify?: (NotifiedWorkflow | NotifiedWebhook)[] | undefined;
}
