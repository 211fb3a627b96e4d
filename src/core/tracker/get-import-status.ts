import type { ImportJob, RowResult } from '../api/import-job';
import type { ResultsRef } from '../stored-object';
import type { WebhookEntry } from './subscribers';

/**
 * Where the row results go. `auto`: inline if small, stored if not. `failed`: only those of failed rows inline, as far
 * as they fit, and all of them stored if there is storage. `stored`: always stored. `omitted`: dropped.
 */
export const resultsModes = ['auto', 'failed', 'stored', 'omitted'] as const;
export type ResultsMode = (typeof resultsModes)[number];

/** Maximum size of inline results, in bytes of JSON. */
export const inlineResultsLimitBytes = 256 * 1024;

/** Maximum size of a job without its results, in bytes of JSON. A larger one is not a valid answer of this API. */
export const jobLimitBytes = 64 * 1024;

/** Input of the activity `getImportStatus`. */
export interface GetImportStatusInput {
  teamId: string;
  jobId: string;
  results: ResultsMode;
  /**
   * Whether to refuse `stored` without storage. Set until the first usable answer. A tracker that already follows an
   * import, such as every one started by 0.1.0, accepts omitted results instead.
   */
  mustStore?: boolean;
}

/** A result with its position, for when not all results are returned. */
export interface IndexedResult {
  /** Position in the API's list of results, from 0. The older API identifies rows only by this. */
  index: number;
  result: RowResult;
}

/** The results that the mode `failed` returns. */
export interface FailedResults {
  /** The first results of failed rows, in the API's order, at most 256 KiB of JSON; empty if no row failed. */
  failedResults: IndexedResult[];
  /** How many failed rows did not fit. */
  failedOmitted: number;
}

/** The webhooks that the operator has configured for every tracker of the team (`PRISM_NOTICES`), if any. */
interface OperatorsNotices {
  notices?: readonly WebhookEntry[];
}

/** Result of the activity `getImportStatus`: one poll of the import. */
export type PollAnswer = (
  | ({
      found: true;
      /** The API's object. It contains results only if it is finished and they are inline. */
      job: ImportJob;
      resultsRef: ResultsRef | null;
      resultsOmitted: boolean;
      /** The server's time, ISO 8601 UTC, or null. */
      serverTime: string | null;
      retryAfterMs: number | null;
      // For a finished job, in the mode `failed`.
    } & Partial<FailedResults>)
  | { found: false; serverTime: string | null }
) &
  OperatorsNotices;
