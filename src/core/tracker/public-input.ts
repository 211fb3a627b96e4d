import type { ResultsMode } from './get-import-status';

/** A polling policy as programs in TypeScript write it. Durations are texts like `'90s'`, `'15m'`, `'2h'` or `'7d'`. */
export interface PublicPollingInput {
  /** Shortest wait between two polls, at least 100 ms; default `'2s'`. */
  initialInterval?: string | undefined;
  /**
   * The next poll comes at most this many times later after submission than the last one; from 1 to 10, default 1.25.
   */
  backoffCoefficient?: number | undefined;
  /** Longest wait, at least `initialInterval`; default `'2h'`. */
  maximumInterval?: string | undefined;
  /** Largest share by which a wait is shortened at random, from 0 to 0.9; default 0.1. */
  jitter?: number | undefined;
  /** Whether to aim at the predicted end once progress moves; default true. */
  adaptive?: boolean | undefined;
  /** Most polls to spend; default: no limit. */
  maximumPolls?: number | undefined;
}

/**
 * What `setPolling` changes of a polling policy: what is left out, or null, stays; `'default'` gives a default back.
 */
export type PublicPollingChange = {
  [field in keyof PublicPollingInput]?: PublicPollingInput[field] | 'default' | null;
};

/** Whom a tracker tells how the import ended, besides returning it. */
export interface NotifiedWorkflow {
  /** The workflow whose current run is signalled; default: the parent. */
  workflowId?: string | undefined;
  /** The name of the signal; default `importFinished`. */
  signal?: string | undefined;
}

/** A webhook that the operator has configured: it is told of the end, and once each of what it asks for besides. */
export interface NotifiedWebhook {
  webhook: string;
  /** Tell it of a problem that has lasted for so long, a text like `'1h'`; default: do not. */
  problemAfter?: string | undefined;
  /** Tell it when the end of retention is so near, a text like `'1d'`; default: do not. */
  expiringWithin?: string | undefined;
}

/** Whom the signal `subscribe` adds. */
export type Subscription = (NotifiedWorkflow & { workflowId: string }) | NotifiedWebhook;

/** Input of the workflow `trackImport` as programs in TypeScript write it. */
export interface PublicTrackImportInput {
  teamId: string;
  jobId: string;
  /** When the import was submitted, ISO 8601 with a zone; default: the start of the workflow. */
  submittedAt?: string | undefined;
  polling?: PublicPollingInput | undefined;
  /** Stop waiting after this time, a text like `'2h'`; the import itself goes on. Default: until retention ends. */
  waitTimeout?: string | undefined;
  /** Where the rows' results go; default `auto`. */
  results?: ResultsMode | undefined;
  /** Whom to tell of the end; default nobody. `[{}]` is the parent, by the signal `importFinished`. */
  notify?: (NotifiedWorkflow | NotifiedWebhook)[] | undefined;
}
