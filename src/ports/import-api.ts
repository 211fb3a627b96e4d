import type { ImportJob, ImportOptions, ImportRow, RowResult } from '../core/api/import-job';
import type { ObjectType } from '../core/api/object-types';
import type { WrittenRow } from './written-row';

/** What the API answered, with the two facts from the response's headers that the tracker needs. */
export interface ApiAnswer<T> {
  value: T;
  /** The server's clock (`Date` header) in ISO 8601 UTC, or null when it sent none. */
  serverTime: string | null;
  /** The wait that the server asked for (`retry-after-ms`, else `Retry-After`), or null. */
  retryAfterMs: number | null;
  /** Whether the answer was large and its results went to the taker: then `value` is without them. */
  streamed: boolean;
}

/**
 * Takes the results of an answer that is too large to be held, some at a time as they arrive. It is not called for an
 * answer without a list of results, and once with none for an empty list. Must not reject.
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
  /** 1 to 255 characters; the same for every repetition of the same request. */
  idempotencyKey: string;
}

/**
 * The part of the Prism API that an import needs. Every method throws a `PrismError`; aborting the signal rejects
 * promptly.
 */
export interface ImportApi {
  /** The import's present state; null when the API says 404. With a taker an answer of any size needs little memory. */
  getImport(
    teamId: string,
    jobId: string,
    signal?: AbortSignal,
    taker?: ResultsTaker,
  ): Promise<ApiAnswer<ImportJob | null>>;
  /** Starts an import. The answer is final for a small batch (`job_id` null, `results` there), else a job to follow. */
  startImport(
    request: StartImportRequest,
    signal?: AbortSignal,
    taker?: ResultsTaker,
  ): Promise<ApiAnswer<ImportJob>>;
}
