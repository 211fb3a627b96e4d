import type { ImportJob } from '../api/import-job';
import type { ResultsRef } from '../stored-object';

/** Where the rows' results go: inline when small and stored when not (`auto`), always `stored`, or `omitted`. */
export const resultsModes = ['auto', 'stored', 'omitted'] as const;
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
}

/** Result of the activity `getImportStatus`: one look at the import. */
export type PollAnswer =
  | {
      found: true;
      /** The API's object; results are in it only when it is finished and they are inline. */
      job: ImportJob;
      resultsRef: ResultsRef | null;
      resultsOmitted: boolean;
      /** The server's clock, ISO 8601 UTC, or null. */
      serverTime: string | null;
      retryAfterMs: number | null;
    }
  | { found: false; serverTime: string | null };
