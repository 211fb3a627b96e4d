import type { ImportJob, RowResult } from '../api/import-job';
import type { ResultsRef } from '../stored-object';
import type { WebhookEntry } from './subscribers';

/**
 * Where the rows' results go: inline when small and stored when not (`auto`); those of `failed` rows inline as far as
 * they fit and all stored where there is storage; always `stored`; or `omitted`.
 */
export const resultsModes = ['auto', 'failed', 'stored', 'omitted'] as const;
export type ResultsMode = (typeof resultsModes)[number];

/** Largest size of inline results, in bytes of JSON. */
export const inlineResultsLimitBytes = 256 * 1024;

/** Largest size of a job without its results, in bytes of JSON; more is not an answer of this API. */
export const jobLimitBytes = 64 * 1024;

/** Input of the activity `getImportStatus`. */
export interface GetImportStatusInput {
  teamId: string;
  jobId: string;
  results: ResultsMode;
  /**
   * Whether `stored` without storage is refused. Asked for until the first good answer: a tracker that follows an
   * import already, as all that 0.1.0 began, takes results that are omitted.
   */
  mustStore?: boolean;
}

/** A result with its place, where not all of them are told. */
export interface IndexedResult {
  /** Place in the API's list of results, from 0. The older API names rows by it alone. */
  index: number;
  result: RowResult;
}

/** What the mode `failed` tells of the rows. */
export interface FailedResults {
  /** The first results of failed rows in the order of the API, at most 256 KiB of JSON; [] when no row failed. */
  failedResults: IndexedResult[];
  /** How many failed rows are missing there. */
  failedOmitted: number;
}

/** Whom the operator has told of every tracker of the team, if anybody (`PRISM_NOTICES`). */
interface OperatorsNotices {
  notices?: readonly WebhookEntry[];
}

/** Result of the activity `getImportStatus`: one look at the import. */
export type PollAnswer = (
  | ({
      found: true;
      /** The API's object; results are in it only when it is finished and they are inline. */
      job: ImportJob;
      resultsRef: ResultsRef | null;
      resultsOmitted: boolean;
      /** The server's clock, ISO 8601 UTC, or null. */
      serverTime: string | null;
      retryAfterMs: number | null;
      // Of a finished job, with the mode `failed`.
    } & Partial<FailedResults>)
  | { found: false; serverTime: string | null }
) &
  OperatorsNotices;
