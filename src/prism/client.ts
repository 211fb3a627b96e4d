import { idSchema } from '../core/id-schema';
import type { ApiAnswer, ImportApi, ResultsTaker, StartImportRequest } from '../ports/import-api';
import { isFinished, type ImportJob } from '../core/api/import-job';
import { malformed, refusal } from './answers';
import { importRefusal, refusalBytes } from './refusal/import-refusal';
import { watchNothing, type CallWatch, type PrismCall } from '../ports/call-watch';
import type { AnswerHead, HttpAnswer } from './http-answer';
import { createHttp, type Http, type PrismOptions } from './http';
import { JobReader } from './job-reader';
import { requestBody } from './request-body';

/**
 * Creates a client of the Prism import API. Its methods throw a PrismError, or the signal's reason if it is aborted.
 * They do not retry, since only the caller knows the cost of a repetition. The exception is a request whose key was
 * refused, if there is another key by then. Throws a TypeError if the base URL or custom headers are unusable.
 * @example
 * const api = createPrismClient({ baseUrl: 'https://developers.micro.so', apiKey: () => key });
 * const { value: job } = await api.getImport(teamId, jobId);
 */
export function createPrismClient(options: PrismOptions): ImportApi {
  const http = createHttp(options);
  const { watchCall = watchNothing } = options;
  const watched = <T>(call: Call, work: (watch: CallWatch) => Promise<T>): Promise<T> =>
    watch(watchCall({ ...call, ...http.server }), work);
  return {
    getImport: (teamId, jobId, signal, taker) =>
      watched(statusCall, (watch) => getImport(http, { teamId, jobId, signal, taker, watch })),
    startImport: (request, signal, taker) =>
      watched(launchCall, (watch) => startImport(http, request, { signal, taker, watch })),
  };
}

type Call = Pick<PrismCall, 'operation' | 'method' | 'route'>;
const statusCall: Call = {
  operation: 'status',
  method: 'GET',
  route: '/v2/prism/{teamId}/imports/{jobId}',
};
const launchCall: Call = {
  operation: 'launch',
  method: 'POST',
  route: '/v2/prism/{teamId}/{objectType}/import',
};

async function watch<T>(call: CallWatch, work: (watch: CallWatch) => Promise<T>): Promise<T> {
  try {
    const value = await work(call);
    call.ended(null);
    return value;
  } catch (error) {
    call.ended(error);
    throw error;
  }
}

/** If there is a taker, the results of a longer answer are passed on as they arrive. */
const maxHeldBodyBytes = 256 * 1024;

const jobReader = (taker: ResultsTaker | undefined) => (head: AnswerHead) =>
  new JobReader(head, taker ?? null, maxHeldBodyBytes);

interface Extras {
  signal: AbortSignal | undefined;
  taker: ResultsTaker | undefined;
  watch: CallWatch;
}

/** Null for 404, and for 410, which other APIs return for expired resources. */
async function getImport(
  http: Http,
  { teamId, jobId, taker, ...rest }: Extras & { teamId: string; jobId: string },
): Promise<ApiAnswer<ImportJob | null>> {
  const segments = ['v2', 'prism', teamId, 'imports', jobId];
  const answer = await http.exchange({ method: 'GET', segments, reader: jobReader(taker), ...rest });
  if (answer.status === 404 || answer.status === 410) return apiAnswer(answer, null);
  const { reader } = answer;
  if (reader === null) throw await refusal(answer, { secrets: http.mask, message: http.mask });
  return apiAnswer(answer, reader.job());
}

async function startImport(
  http: Http,
  request: StartImportRequest,
  { taker, ...rest }: Extras,
): Promise<ApiAnswer<ImportJob>> {
  const { teamId, objectType, rows, idempotencyKey } = request;
  const answer = await http.exchange({
    method: 'POST',
    segments: ['v2', 'prism', teamId, objectType, 'import'],
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: await requestBody(request),
    errorBytes: refusalBytes,
    reader: jobReader(taker),
    ...rest,
  });
  const { reader } = answer;
  if (reader === null) throw await importRefusal(answer, rows, http.mask);
  const job = reader.job();
  if (!isUsable(job)) {
    throw malformed(answer, 'it has neither a usable job_id nor a final status');
  }
  return apiAnswer(answer, job);
}

/** The body decides, not 200 or 202: either a job to follow, or a final answer without one. */
function isUsable(job: ImportJob): boolean {
  return job.job_id === null || job.job_id === undefined
    ? isFinished(job)
    : idSchema.safeParse(job.job_id).success;
}

function apiAnswer<T>({ serverTime, retryAfterMs, reader }: HttpAnswer<JobReader>, value: T): ApiAnswer<T> {
  return { value, serverTime, retryAfterMs, streamed: reader?.isStreamed === true };
}
