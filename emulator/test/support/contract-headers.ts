import type { EmulatorSettings } from '../../src/settings';
import type { ReadExchange } from './exchange';

/** What is wrong with an answer's headers. */
export function headerProblems(exchange: ReadExchange, settings: EmulatorSettings): string[] {
  const { headers, text, operation, status } = exchange;
  const problems = [
    ...requestIdProblems(exchange),
    ...locationProblems(exchange, settings),
    ...retryAfterProblems(exchange, settings),
  ];
  const date = headers.get('date') ?? '';
  if (new Date(date).toUTCString() !== date) problems.push(`date is no HTTP date: ${date}`);
  if (text !== '' && headers.get('content-type') !== 'application/json') {
    problems.push(`content-type is ${headers.get('content-type')}`);
  }
  if (headers.get('content-length') !== String(Buffer.byteLength(text))) {
    problems.push(`content-length is ${headers.get('content-length')}`);
  }
  const isRecord = status === 200 && (operation?.name === 'get' || operation?.name === 'find');
  if (isRecord !== /^"[^"]+"$/.test(headers.get('etag') ?? '')) {
    problems.push(`etag is ${headers.get('etag')}`);
  }
  return problems;
}

function requestIdProblems({ headers, body }: ReadExchange): string[] {
  const id = headers.get('x-request-id');
  if (!id) return ['x-request-id is missing'];
  const { error } = (body ?? {}) as { error?: { request_id?: unknown } | null };
  if (typeof error !== 'object' || error === null || !('request_id' in error)) return [];
  return error.request_id === id ? [] : [`error.request_id is not the x-request-id ${id}`];
}

function locationProblems(
  { status, headers, body, path, requestHeaders }: ReadExchange,
  settings: EmulatorSettings,
) {
  const seen = headers.get('location');
  const { job_id } = (body ?? {}) as { job_id?: unknown };
  const [, root] = /^(\/v2\/prism\/[^/]+)\//.exec(path) ?? [];
  const jobPath = `${root}/imports/${encodeURIComponent(String(job_id))}`;
  const origin = `http://${requestHeaders['host']}`;
  const forms = { none: null, path: jobPath, absolute: origin + jobPath };
  const expected = status === 202 ? forms[settings.location] : null;
  return seen === expected ? [] : [`location is ${seen}, not ${expected}`];
}

function retryAfterProblems({ status, headers, body, operation }: ReadExchange, settings: EmulatorSettings) {
  const seen = headers.get('retry-after');
  if (status === 429) return /^[1-9]\d*$/.test(seen ?? '') ? [] : [`retry-after is ${seen}`];
  const { launch, status: whileRunning } = settings.pollHint;
  const isRunning =
    status === 200 && operation?.name === 'status' && (body as { status?: unknown })?.status === 'processing';
  const hint = status === 202 ? launch : isRunning ? whileRunning : undefined;
  const expected = hint === undefined ? null : String(hint);
  return seen === expected ? [] : [`retry-after is ${seen}, not ${expected}`];
}
