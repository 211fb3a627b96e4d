import { cancellationSignal } from '@temporalio/activity';
import { jobLimitBytes, type GetImportStatusInput, type ImportStatus } from '../domain/get-import-status';
import type { ImportApi } from '../domain/import-api';
import { withoutResults, type ImportJob, type ImportRow } from '../domain/import-job';
import type { RowSource, StartedImport, StartImportInput } from '../domain/start-import';
import type { ObjectStore } from '../domain/storage';
import { PrismError, unanswered } from '../prism/errors';
import { heartbeating } from './heartbeating';
import { placeResults } from './place-results';
import { storageName } from './storage-name';
import { readFailure, sourceFailure, storageFailure, writeFailure } from './to-failure';

/** What the activities that talk to Prism stand on. `store` is null when `PRISM_STORAGE` is not set. */
export interface ImportPorts {
  api: ImportApi;
  store: ObjectStore | null;
  rows: RowSource;
}

/** The activities that {@link createImportActivities} makes. */
export type ImportActivities = ReturnType<typeof createImportActivities>;

/** The activities of the http task queue. */
export const createImportActivities = ({ api, store, rows }: ImportPorts) => ({
  /**
   * One look at an import; a 404 is a value. Heartbeats, and ends at once when it is cancelled. Fails with `PrismUnavailable` or
   * `PrismMalformedResponse` (worth another try), `PrismRateLimited`, `PrismUnauthorized`, `PrismForbidden` or `PrismInvalidRequest` (not within
   * this poll), or `StorageUnavailable` (worth another try); details: FailureDetails.
   */
  async getImportStatus({ teamId, jobId, results }: GetImportStatusInput): Promise<ImportStatus> {
    const signal = cancellationSignal();
    return await heartbeating(async () => {
      const answer = await api.getImport(teamId, jobId, signal).catch((error: unknown) => {
        signal.throwIfAborted(); // an aborted request must not look like a failed one
        throw readFailure(error);
      });
      const { value: job, serverTime, retryAfterMs } = answer;
      if (job === null) return { found: false, serverTime };
      assertExpected(job, jobId);
      const name = storageName(['results', teamId, jobId], '.ndjson');
      const placed = await placeResults(job, { mode: results, store, name, signal }).catch(
        (error: unknown) => {
          signal.throwIfAborted();
          throw storageFailure(error, true);
        },
      );
      return { found: true, ...placed, serverTime, retryAfterMs };
    });
  },

  /**
   * Sends one batch. Once sent it is not cancelled: the job id of the answer would be lost. Fails without being tried again, since only the
   * workflow knows whether a repetition is harmless: as `getImportStatus` does, and with `PrismUnclear`, `PrismInProgress` or `SourceInvalid`.
   */
  async startImport(input: StartImportInput): Promise<StartedImport> {
    const { teamId, objectType, options, idempotencyKey } = input;
    return await heartbeating(async () => {
      const batch = await readRows(rows, input).catch((error: unknown) => {
        throw sourceFailure(error);
      });
      if (batch.length === 0) return { kind: 'nothing_to_send' };
      cancellationSignal().throwIfAborted();
      const submittedAt = new Date().toISOString();
      const { value: job } = await api
        .startImport({ teamId, objectType, rows: batch, options, idempotencyKey })
        .catch((error: unknown) => {
          throw writeFailure(error);
        });
      if (typeof job.job_id === 'string') return { kind: 'accepted', jobId: job.job_id, submittedAt };
      const name = storageName(['results', teamId, `sync-${idempotencyKey}`], '.ndjson');
      const mode = store === null ? 'auto' : 'stored';
      const placed = await placeResults(job, { mode, store, name }).catch((error: unknown) => {
        throw storageFailure(error, false);
      });
      return { kind: 'finished', ...placed };
    });
  },
});

/** The rows of a batch that can be sent; what is wrong with the others is for the report to say. */
async function readRows(rows: RowSource, { source, columns, batch }: StartImportInput): Promise<ImportRow[]> {
  const readable: ImportRow[] = [];
  for await (const row of rows.readBatch(source, columns, batch)) {
    if ('row' in row) readable.push(row.row);
  }
  return readable;
}

/** Throws `PrismMalformedResponse` for another job than the one asked for, and for one too large to be this API's. */
function assertExpected(job: ImportJob, jobId: string): void {
  if (typeof job.job_id === 'string' && job.job_id !== jobId) {
    throw unexpected(jobId, `another job, ${JSON.stringify(job.job_id.slice(0, 200))}`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(withoutResults(job)));
  if (bytes > jobLimitBytes) {
    throw unexpected(
      jobId,
      `a job of ${bytes} bytes besides its results; at most ${jobLimitBytes} are accepted`,
    );
  }
}

function unexpected(jobId: string, seen: string): unknown {
  const request = `GET import ${JSON.stringify(jobId)}`;
  const facts = { ...unanswered('malformed', request, true), status: 200 };
  return readFailure(new PrismError(`${request}: answered with ${seen}`, facts));
}
