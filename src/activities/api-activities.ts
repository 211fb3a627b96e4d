import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { jobLimitBytes, type GetImportStatusInput, type PollAnswer } from '../core/tracker/get-import-status';
import type { ImportApi } from '../ports/import-api';
import { withoutResults, type ImportJob } from '../core/api/import-job';
import type { StartedImport, StartImportInput } from '../core/pipeline/start-import';
import { PrismError, unanswered } from '../ports/prism-error';
import { heartbeating } from './heartbeating';
import { MemoryBudget } from './memory-budget';
import { proofWaitMs } from './launch-key';
import type { RequireOwn } from './require-own';
import { maxRequestBytes, notSent, rowsToSend } from './rows-to-send';
import { routeResults, type Placement } from './route-results';
import { ResultsUpload } from './results-upload';
import { storageName } from './storage-name';
import { storageFailure, toReadFailure, toRowsFailure, toWriteFailure } from './to-failure';
import type { BatchReader } from '../ports/batch-reader';
import type { ObjectStore } from '../ports/object-store';
import type { WrittenRow } from '../ports/written-row';

/** What the activities that talk to Prism stand on. `store` is null when `PRISM_STORAGE` is not set. */
export interface ApiPorts {
  api: ImportApi;
  store: ObjectStore | null;
  batches: BatchReader;
  requireOwn: RequireOwn;
}

/** The activities that {@link createApiActivities} makes. */
export type ApiActivities = ReturnType<typeof createApiActivities>;

/**
 * Memory of all requests that a worker makes at once: many of ordinary batches, whose rows and body are some MiB
 * together, and a few of the largest.
 */
const requestMemory = 160 * 1024 * 1024;
/** Rows and the body that they are copied into. */
const copies = 2;
/** What a row takes besides its bytes. */
const bytesPerRow = 160;
/** How long a launch waits for memory: its request still has its whole time then. */
const memoryWaitMs = 15_000;
/** Left for the request itself, which takes up to 55 s. */
const requestTimeMs = 58_000;

/** The activities of the http task queue. */
export const createApiActivities = (
  { api, store, batches, requireOwn }: ApiPorts,
  memory = new MemoryBudget(requestMemory),
) => ({
  /**
   * One look at an import; a 404 is a value. Heartbeats, and ends at once when it is cancelled. Fails with
   * `PrismUnavailable` or `PrismMalformedResponse` (worth another try), `PrismRateLimited`, `PrismUnauthorized`,
   * `PrismForbidden` or `PrismInvalidRequest` (not within this poll), or `StorageUnavailable` (worth another try);
   * details: FailureDetails.
   */
  async getImportStatus({ teamId, jobId, results }: GetImportStatusInput): Promise<PollAnswer> {
    const signal = cancellationSignal();
    const name = storageName(['results', teamId, jobId], '.ndjson');
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
  },

  /**
   * Sends one batch, or a part of it. Once sent it is not cancelled: the job id of the answer would be lost. Fails
   * without being tried again, since only the workflow knows whether a repetition is harmless: as `getImportStatus`
   * does, and with `PrismUnclear`, `PrismInProgress`, `SourceInvalid` or `Unexpected`. `StorageUnavailable` has the
   * status of the answer in its details when it came after one, else nothing was sent.
   */
  async startImport(input: StartImportInput): Promise<StartedImport> {
    return await heartbeating(async () => {
      await requireOwn('startImport', input);
      const readUntil = performance.now() + readTimeMs();
      const lease = await memory.lease(copies * maxRequestBytes, AbortSignal.timeout(memoryWaitMs));
      if (lease === null)
        throw toWriteFailure(notSent(input.objectType, 'other requests fill the memory of the worker'));
      try {
        const read = await rowsToSend(batches, input, readUntil).catch((error: unknown) => {
          throw toRowsFailure(error);
        });
        if ('tooMany' in read) {
          const message = `not sent, since the rows are more than ${maxRequestBytes} bytes as JSON`;
          return { kind: 'too_large', rows: read.tooMany, message };
        }
        lease.shrink(copies * read.bytes + bytesPerRow * read.rows.length);
        if (read.rows.length === 0) return { kind: 'nothing_to_send' };
        return await send({ api, store }, input, read.rows);
      } finally {
        lease.release();
      }
    });
  },
});

/** How long rows may be read after the proof, so that the time of the activity does not end during a request. */
function readTimeMs(): number {
  const { startToCloseTimeoutMs } = activityInfo();
  const restMs = startToCloseTimeoutMs - requestTimeMs - proofWaitMs;
  return restMs > 0 ? restMs : Infinity;
}

async function send(
  { api, store }: Pick<ApiPorts, 'api' | 'store'>,
  { teamId, objectType, options, idempotencyKey }: StartImportInput,
  rows: WrittenRow[],
): Promise<StartedImport> {
  cancellationSignal().throwIfAborted();
  const submittedAt = new Date().toISOString();
  const name = storageName(['results', teamId, `sync-${idempotencyKey}`], '.ndjson');
  const placement: Placement = { mode: store === null ? 'auto' : 'stored', store, name };
  const upload = new ResultsUpload(placement);
  try {
    const request = { teamId, objectType, rows, options, idempotencyKey };
    const answer = await api.startImport(request, undefined, upload).catch((error: unknown) => {
      if (isTooLarge(error)) return { value: null, message: error.message };
      throw toWriteFailure(error);
    });
    if (answer.value === null) return { kind: 'too_large', rows: rows.length, message: answer.message };
    const { value: job, streamed } = answer;
    if (typeof job.job_id === 'string') {
      await upload.abandon();
      return { kind: 'accepted', jobId: job.job_id, submittedAt };
    }
    assertBounded(job, `POST ${objectType} import`, toWriteFailure);
    const placing = streamed ? upload.place(job) : routeResults(job, placement);
    const placed = await placing.catch((error: unknown) => {
      throw storageFailure(error, false, 200);
    });
    return { kind: 'finished', ...placed };
  } catch (error) {
    await upload.abandon();
    throw error;
  }
}

/**
 * Whether the API refused a request for its size: 413, or a code that says so; what it says of too many rows is not
 * documented.
 */
function isTooLarge(error: unknown): error is PrismError {
  if (!(error instanceof PrismError)) return false;
  const { status, code } = error.facts;
  return (
    status === 413 ||
    ([400, 422].includes(status ?? 0) && /too_?(large|many|big)|max_?items/i.test(code ?? ''))
  );
}

/** Throws `PrismMalformedResponse` for another job than the one asked for. */
function assertExpected(job: ImportJob, jobId: string): void {
  if (typeof job.job_id !== 'string' || job.job_id === jobId) return;
  throw toReadFailure(
    unexpected(`GET import ${JSON.stringify(jobId)}`, 'another job than the one asked for'),
  );
}

/**
 * Throws what `toFailure` makes of a job that is too large to be this API's: it goes into histories and signals, whose
 * size is limited.
 */
function assertBounded(job: ImportJob, request: string, toFailure: (error: PrismError) => unknown): void {
  const bytes = Buffer.byteLength(JSON.stringify(withoutResults(job)));
  if (bytes <= jobLimitBytes) return;
  const seen = `a job of ${bytes} bytes besides its results; at most ${jobLimitBytes} are accepted`;
  throw toFailure(unexpected(request, seen));
}

function unexpected(request: string, seen: string): PrismError {
  const facts = { ...unanswered('malformed', request, true), status: 200 };
  return new PrismError(`${request}: answered with ${seen}`, facts);
}
