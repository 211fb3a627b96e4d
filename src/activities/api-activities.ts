import { cancellationSignal } from '@temporalio/activity';
import type { GetImportStatusInput, PollAnswer } from '../core/tracker/get-import-status';
import type { WebhookEntry } from '../core/tracker/subscribers';
import type { ImportApi } from '../ports/import-api';
import type { ImportJob } from '../core/api/import-job';
import type {
  StartedImport,
  StartedSelection,
  StartImportInput,
  StartSelectedRowsInput,
} from '../core/pipeline/launch/start-import';
import { assertBounded, unexpectedJob } from './bounded-job';
import { heartbeating } from './heartbeating';
import { withOperatorNotices } from './operator-notices';
import { MemoryBudget } from './memory-budget';
import type { RequireOwn } from './require-own';
import { startRows } from './launch/start-rows';
import { routeResults } from './route-results';
import { ResultsUpload } from './results-upload';
import { storageName } from '../ports/storage-name';
import { resultsFolder } from '../ports/storage-layout';
import { invalidInput, storageFailure, toReadFailure } from './to-failure';
import type { BatchReader } from '../ports/batch-reader';
import type { ObjectStore } from '../ports/object-store';

/** What the activities that call the API depend on. `store` is null without `PRISM_STORAGE`. */
export interface ApiPorts {
  api: ImportApi;
  store: ObjectStore | null;
  batches: BatchReader;
  requireOwn: RequireOwn;
  /** The webhooks that every tracker of a team notifies; default: none. */
  noticesOf?: ((teamId: string) => readonly WebhookEntry[]) | undefined;
}

/** The activities that {@link createApiActivities} creates. */
export type ApiActivities = ReturnType<typeof createApiActivities>;

/**
 * Memory for all concurrent requests of a worker: many of ordinary batches, whose rows and body take some MiB together,
 * and a few of the largest.
 */
const requestMemory = 160 * 1024 * 1024;

/** The activities of the http task queue. */
export const createApiActivities = (
  { api, store, batches, requireOwn, noticesOf = () => [] }: ApiPorts,
  memory = new MemoryBudget(requestMemory),
) => ({
  /**
   * Polls an import once; a 404 is a result. Sends heartbeats, and ends at once when cancelled. The details of a
   * failure are FailureDetails:
   * - `PrismUnavailable`, `PrismMalformedResponse`, `StorageUnavailable`: worth a retry.
   * - `PrismRateLimited`, `PrismUnauthorized`, `PrismForbidden`, `PrismInvalidRequest`: not retried within this poll.
   * - `InvalidInput`: results must be stored, but there is no storage. The API is not called.
   */
  async getImportStatus(input: GetImportStatusInput): Promise<PollAnswer> {
    return await withOperatorNotices(noticesOf(input.teamId), () => pollImport({ api, store }, input));
  },

  /**
   * The same for `results: 'failed'`. It is a separate activity because a worker of 0.1.0 would treat that mode as
   * `stored` and return no failed rows. Such a worker does not have this activity, so it calls nothing, and another
   * worker retries.
   */
  async getImportStatusAndFailures(input: GetImportStatusInput): Promise<PollAnswer> {
    return await withOperatorNotices(noticesOf(input.teamId), () => pollImport({ api, store }, input));
  },

  /**
   * Sends one batch, or a range of its rows. Once sent, it is not cancelled, since the job id in the answer would be
   * lost. Failures are not retried, because only the workflow knows whether a repetition is harmless. They are those of
   * `getImportStatus`, and `PrismUnclear`, `PrismInProgress`, `SourceInvalid` or `Unexpected`. If `StorageUnavailable`
   * occurs after an answer, its details have the answer's status; otherwise nothing was sent. If the API refuses rows,
   * the details of `PrismInvalidRequest` say which, and its messages for them are stored.
   */
  async startImport(input: StartImportInput): Promise<StartedImport> {
    return await heartbeating(async () => {
      await requireOwn('startImport', input);
      const whole = { ...input, only: null, excluded: '', wholeKey: null };
      const { started } = await startRows({ api, store, batches, memory }, whole);
      return started;
    });
  },

  /**
   * The same for some rows of a batch. It is a separate activity because a worker of 0.1.0 would send all rows of the
   * range.
   */
  async startSelectedRows(input: StartSelectedRowsInput): Promise<StartedSelection> {
    return await heartbeating(async () => {
      await requireOwn('startSelectedRows', input);
      return await startRows({ api, store, batches, memory }, input);
    });
  },
});

async function pollImport(
  { api, store }: Pick<ApiPorts, 'api' | 'store'>,
  { teamId, jobId, results, mustStore = false }: GetImportStatusInput,
): Promise<PollAnswer> {
  if (mustStore && results === 'stored' && store === null) throw invalidInput(noStorage);
  const signal = cancellationSignal();
  const name = storageName([resultsFolder, teamId, jobId], '.ndjson');
  const placement = { mode: results, store, name, signal };
  const upload = new ResultsUpload(placement);
  return await heartbeating(async () => {
    try {
      const answer = await api.getImport(teamId, jobId, signal, upload).catch((error: unknown) => {
        signal.throwIfAborted(); // an aborted request must not look like a failed one
        throw toReadFailure(error);
      });
      const { value: job, serverTime, retryAfterMs, streamed } = answer;
      if (job === null) return { found: false, serverTime };
      assertExpected(job, jobId);
      assertBounded(job, `GET import ${JSON.stringify(jobId)}`, toReadFailure);
      const placing = streamed ? upload.place(job) : routeResults(job, placement);
      const placed = await placing.catch((error: unknown) => {
        signal.throwIfAborted();
        throw storageFailure(error, true);
      });
      return { found: true, ...placed, serverTime, retryAfterMs };
    } catch (error) {
      await upload.abandon();
      throw error;
    }
  });
}

const noStorage =
  "results: saw 'stored' while this worker has no PRISM_STORAGE (file:DIR or s3://bucket/prefix), expected auto, failed or omitted";

/** Throws `PrismMalformedResponse` if the job is not the requested one. */
function assertExpected(job: ImportJob, jobId: string): void {
  if (typeof job.job_id !== 'string' || job.job_id === jobId) return;
  throw toReadFailure(
    unexpectedJob(`GET import ${JSON.stringify(jobId)}`, 'a job other than the requested one'),
  );
}
