import type { ImportJob, ImportOptions, ImportRow, RowResult } from '../core/api/import-job';
import type { ObjectType } from '../core/api/object-types';
import type { WrittenRow } from './written-row';

/** An answer of the API, with the facts from its headers that a tracker needs. */
export interface ApiAnswer<T> {
  value: T;
  /** The server's time (`Date` header) in ISO 8601 UTC, or null without one. */
  serverTime: string | null;
  /** The wait that the server requested (`retry-after-ms`, else `Retry-After`), or null. */
  retryAfterMs: number | null;
  /** Whether the answer was so large that its results went to the taker. If so, `value` is without them. */
  streamed: boolean;
}

/**
 * Receives the results of an answer that is too large to hold, in chunks as they arrive. Not called for an answer
 * without a list of results, and called once without results for an empty list. Must not reject.
 */
export interface ResultsTaker {
  take(results: RowResult[]): Promise<void>;
}

/** An import to start. */
export interface StartImportRequest {
  teamId: string;
  objectType: ObjectType;
  rows: readonly (ImportRow | WrittenRow)[];
  options: ImportOptions;
  /** 1 to 255 characters. Every repetition of a request has the same key. */
  idempotencyKey: string;
}

/**
 * The part of the Prism API that imports need. Every method throws a `PrismError`. If the signal is aborted, it rejects
 * promptly.
 */
export interface ImportApi {
  /** Returns the import's current state, or null for a 404. With a taker, an answer of any size needs little memory. */
  getImport(
    teamId: string,
    jobId: string,
    signal?: AbortSignal,
    taker?: ResultsTaker,
  ): Promise<ApiAnswer<ImportJob | null>>;
  /**
   * Starts an import. For a small batch, the answer is final (`job_id` null, with `results`); otherwise it is a job to
   * follow.
   */
  startImport(
    request: StartImportRequest,
    signal?: AbortSignal,
    taker?: ResultsTaker,
  ): Promise<ApiAnswer<ImportJob>>;
}
