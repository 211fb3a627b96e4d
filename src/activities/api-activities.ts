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
import { tellingOf } from './operators-notices';
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

/** What the activities that talk to Prism stand on. `store` is null when `PRISM_STORAGE` is not set. */
export interface ApiPorts {
  api: ImportApi;
  store: ObjectStore | null;
  batches: BatchReader;
  requireOwn: RequireOwn;
  /** Whom every tracker of a team tells; default nobody. */
  noticesOf?: ((teamId: string) => readonly WebhookEntry[]) | undefined;
}

/** The activities that {@link createApiActivities} makes. */
export type ApiActivities = ReturnType<typeof createApiActivities>;

/**
 * Memory of all requests that a worker makes at once: many of ordinary batches, whose rows and body are some MiB
 * together, and a few of the largest.
 */
const requestMemory = 160 * 1024 * 1024;

/** The activities of the http task queue. */
export const createApiActivities = (
  { api, store, batches, requireOwn, noticesOf = () => [] }: ApiPorts,
  memory = new MemoryBudget(requestMemory),
) => ({
  /**
   * One look at an import; a 404 is a value. Heartbeats, and ends at once when it is cancelled. Fails with
   * `PrismUnavailable` or `PrismMalformedResponse` (worth another try), `PrismRateLimited`, `PrismUnauthorized`,
   * `PrismForbidden` or `PrismInvalidRequest` (not within this poll), `InvalidInput` (results that must be stored,
   * without storage; nothing is asked of the API then), or `StorageUnavailable` (worth another try); details:
   * FailureDetails.
   */
  async getImportStatus(input: GetImportStatusInput): Promise<PollAnswer> {
    return await tellingOf(noticesOf(input.teamId), () => lookAtImport({ api, store }, input));
  },

  /**
   * The same. With `results: 'failed'` trackers ask for this type, since a worker of 0.1.0 takes that for `stored` and
   * tells of no failed row; this it does not know, so that nothing is asked of the API until another worker tries.
   */
  async getImportStatusAndFailures(input: GetImportStatusInput): Promise<PollAnswer> {
    return await tellingOf(noticesOf(input.teamId), () => lookAtImport({ api, store }, input));
  },

  /**
   * Sends one batch, or a range of its rows. Once sent it is not cancelled: the job id of the answer would be lost.
   * Fails without being tried again, since only the workflow knows whether a repetition is harmless: as
   * `getImportStatus` does, and with `PrismUnclear`, `PrismInProgress`, `SourceInvalid` or `Unexpected`.
   * `StorageUnavailable` has the status of the answer in its details when it came after one, else nothing was sent.
   * When the API refuses the rows, the details of `PrismInvalidRequest` say which; what it says of them is stored.
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
   * The same of some rows of a batch. Its type is another, since a worker of 0.1.0 would send all rows of the range.
   */
  async startSelectedRows(input: StartSelectedRowsInput): Promise<StartedSelection> {
    return await heartbeating(async () => {
      await requireOwn('startSelectedRows', input);
      return await startRows({ api, store, batches, memory }, input);
    });
  },
});

async function lookAtImport(
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

/** Throws `PrismMalformedResponse` for a job other than the requested one. */
function assertExpected(job: ImportJob, jobId: string): void {
  if (typeof job.job_id !== 'string' || job.job_id === jobId) return;
  throw toReadFailure(
    unexpectedJob(`GET import ${JSON.stringify(jobId)}`, 'a job other than the requested one'),
  );
}
