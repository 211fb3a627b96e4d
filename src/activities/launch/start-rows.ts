import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type {
  StartedImport,
  StartedSelection,
  StartImportInput,
  StartSelectedRowsInput,
} from '../../core/pipeline/launch/start-import';
import type { BatchReader } from '../../ports/batch-reader';
import type { ImportApi } from '../../ports/import-api';
import type { ObjectStore } from '../../ports/object-store';
import { PrismError } from '../../ports/prism-error';
import type { WrittenRow } from '../../ports/written-row';
import { assertBounded } from '../bounded-job';
import { proofWaitMs } from './launch-key';
import type { MemoryBudget } from '../memory-budget';
import { isRefusal, refusalFailure } from './refusal-failure';
import { ResultsUpload } from '../results-upload';
import { routeResults, type Placement } from '../route-results';
import { sentOnce } from './sent-once';
import { maxRequestBytes, notSent, rowsToSend, type RowsToSend } from './rows-to-send';
import { storageName } from '../../ports/storage-name';
import { resultsFolder } from '../../ports/storage-layout';
import { storageFailure, toRowsFailure, toWriteFailure } from '../to-failure';

/** What a launch depends on. */
export interface LaunchPorts {
  api: ImportApi;
  store: ObjectStore | null;
  batches: BatchReader;
  memory: MemoryBudget;
}

/** The rows, and the body into which they are copied. */
const copies = 2;
/** Memory per row in addition to its bytes. */
const bytesPerRow = 160;
/** How long a launch waits for memory. Its request still has its full time after that. */
const memoryWaitMs = 15_000;
/** Time reserved for the request itself, which takes up to 55 s. */
const requestTimeMs = 58_000;

/** Reads rows of a batch and sends them. The failures it throws are not retried. */
export async function startRows(
  { api, store, batches, memory }: LaunchPorts,
  input: StartSelectedRowsInput,
): Promise<StartedSelection> {
  const readUntil = performance.now() + readTimeMs();
  const lease = await memory.lease(copies * maxRequestBytes, AbortSignal.timeout(memoryWaitMs));
  if (lease === null)
    throw toWriteFailure(notSent(input.objectType, 'other requests fill the memory of the worker'));
  try {
    const read = await rowsToSend(batches, input, readUntil).catch((error: unknown) => {
      throw toRowsFailure(error);
    });
    const { rows, size, unkeyed, positions } = read;
    const end = (started: StartedImport) => ({ started, rows: { size, unkeyed } });
    if (rows === null) {
      const message = `not sent, since the rows are more than ${maxRequestBytes} bytes as JSON`;
      return end({ kind: 'too_large', rows: positions.length, message });
    }
    lease.shrink(copies * read.bytes + bytesPerRow * rows.length);
    if (rows.length === 0) return end({ kind: 'nothing_to_send' });
    const idempotencyKey = keyFor(input, read);
    const request = { ...input, idempotencyKey };
    return end(await sentOnce(store, request, read, () => send({ api, store }, request, { ...read, rows })));
  } finally {
    lease.release();
  }
}

/** The idempotency key. A selection that includes all rows of its range has the key of the range, whoever sends it. */
function keyFor({ range, only, wholeKey, idempotencyKey }: StartSelectedRowsInput, read: RowsToSend): string {
  if (wholeKey === null || only === null) return idempotencyKey;
  const { from, to } = range ?? { from: 0, to: read.size };
  return read.positions.length === Math.min(to, read.size) - from ? wholeKey : idempotencyKey;
}

/** How long rows may be read after the proof of ownership, so that the activity does not time out during a request. */
function readTimeMs(): number {
  const { startToCloseTimeoutMs } = activityInfo();
  const restMs = startToCloseTimeoutMs - requestTimeMs - proofWaitMs;
  return restMs > 0 ? restMs : Infinity;
}

async function send(
  { api, store }: Pick<LaunchPorts, 'api' | 'store'>,
  input: StartImportInput,
  read: RowsToSend & { rows: WrittenRow[] },
): Promise<StartedImport> {
  const { teamId, objectType, options, idempotencyKey } = input;
  const { rows } = read;
  cancellationSignal().throwIfAborted();
  const submittedAt = new Date().toISOString();
  const name = storageName([resultsFolder, teamId, `sync-${idempotencyKey}`], '.ndjson');
  const placement: Placement = { mode: store === null ? 'auto' : 'stored', store, name };
  const upload = new ResultsUpload(placement);
  try {
    const request = { teamId, objectType, rows, options, idempotencyKey };
    const answer = await api.startImport(request, undefined, upload).catch(async (error: unknown) => {
      if (isTooLarge(error)) return { value: null, message: error.message };
      throw isRefusal(error) ? await refusalFailure(store, input, read, error) : toWriteFailure(error);
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

/** Codes about the size of the request. Those about a value, such as `value_too_large`, concern a row. */
const requestTooLarge =
  /^(?:(?:request|payload|body|content|entity|batch|objects|records|rows|items|import)_?)*(?:is_?)?too_?(?:large|many|big)(?:_?(?:objects|records|rows|items))?$|max_?items/i;

/**
 * Whether the API refused a request for its size: 413, or a code that says so. Its answer to too many rows is not
 * documented.
 */
function isTooLarge(error: unknown): error is PrismError {
  if (!(error instanceof PrismError)) return false;
  const { status, code, refusal } = error.facts;
  if (status === 413) return true;
  const namesRows = refusal !== undefined && refusal.rows.length > 0;
  return !namesRows && [400, 422].includes(status ?? 0) && requestTooLarge.test(code ?? '');
}
