import type { Readable } from 'node:stream';
import axios from 'axios';
import type { Agents, Transport } from './connection';
import { PrismError, unanswered } from './errors';
import { readHttpDate, readRetryAfter } from './retry-after';
import type { Mask } from './server-text';

/** One request, ready to be made. */
export type Plan = Agents['kept'] & {
  method: 'GET' | 'POST';
  url: string;
  /** Method and path, for messages. */
  request: string;
  body: string | undefined;
  transport: Transport;
  limits: { timeoutMs: number; responseBytes: number };
  mask: Mask;
  signal: AbortSignal | undefined;
};

/** An answer, whatever its status. */
export interface HttpAnswer {
  /** Method and path, for messages. */
  request: string;
  status: number;
  /** Empty when an answer other than 2xx had none that could be read. */
  body: Buffer;
  /** `x-request-id`, or null. */
  requestId: string | null;
  serverTime: string | null;
  retryAfterMs: number | null;
}

const longestErrorBodyBytes = 64 * 1024;

/** Makes one request. Throws a PrismError, or anything when the signal is aborted. */
export async function perform(plan: Plan): Promise<HttpAnswer> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), plan.limits.timeoutMs);
  const signal = AbortSignal.any([deadline.signal, ...(plan.signal ? [plan.signal] : [])]);
  try {
    const response = await axios.request<Readable>({
      adapter: 'http',
      method: plan.method,
      url: plan.url,
      data: plan.body,
      transformRequest: (data: unknown) => data,
      responseType: 'stream',
      validateStatus: () => true,
      maxRedirects: 0,
      proxy: false,
      httpAgent: plan.httpAgent,
      httpsAgent: plan.httpsAgent,
      transport: plan.transport,
      signal,
    });
    const headers: Record<string, unknown> = response.headers;
    const ok = response.status >= 200 && response.status < 300;
    const body = await readBody(response.data, ok ? plan.limits.responseBytes : longestErrorBodyBytes, ok);
    if (body === null) throw tooLarge(plan, response.status);
    if (!ok) plan.signal?.throwIfAborted(); // the reading of an error's body ends quietly
    const dateMs = readHttpDate(headers.date);
    return {
      request: plan.request,
      status: response.status,
      body,
      requestId: typeof headers['x-request-id'] === 'string' ? plan.mask(headers['x-request-id']) : null,
      serverTime: dateMs === null ? null : new Date(dateMs).toISOString(),
      retryAfterMs: readRetryAfter(headers, Date.now()),
    };
  } catch (error) {
    throw error instanceof PrismError ? error : connectionError(error, plan, deadline.signal.aborted);
  } finally {
    clearTimeout(timer);
  }
}

/** The whole body; null when a required one is longer than the limit. One that is not required is empty when it is too long or breaks off. */
async function readBody(stream: Readable, limitBytes: number, required: boolean): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > limitBytes) return required ? null : Buffer.alloc(0);
      chunks.push(chunk);
    }
  } catch (error) {
    if (required) throw error;
    return Buffer.alloc(0);
  }
  return Buffer.concat(chunks);
}

function tooLarge({ request, limits }: Plan, status: number): PrismError {
  return new PrismError(
    `${request}: answered ${status} with more than ${limits.responseBytes} bytes. Raise PRISM_MAX_RESPONSE_BYTES to accept it.`,
    { ...unanswered('too_large', request, true), status },
  );
}

function connectionError(error: unknown, plan: Plan, timedOut: boolean): PrismError {
  const { request, limits, transport, mask } = plan;
  const sent = transport.sent();
  const origin = new URL(plan.url).origin;
  const cause = copyOf(error, mask);
  const facts = unanswered(timedOut ? 'timeout' : sent ? 'interrupted' : 'unreachable', request, sent);
  const seen = timedOut
    ? `no ${sent ? 'complete answer from' : 'connection to'} ${origin} within ${limits.timeoutMs} ms.`
    : sent
      ? `the connection to ${origin} was lost before the answer was complete: ${cause.message}.`
      : `no connection to ${origin}: ${cause.message}. Check MICRO_BASE_URL and the network.`;
  return new PrismError(`${request}: ${seen}`, facts, { cause });
}

/** Message and code alone: the original holds the request with its headers. */
function copyOf(error: unknown, mask: Mask): Error {
  const { message, code } = error as { message?: unknown; code?: unknown };
  const known = typeof code === 'string' ? code : null;
  const text = typeof message === 'string' && message !== '' ? mask(message) : (known ?? 'no reason given');
  return Object.assign(new Error(text), known === null ? {} : { code: known });
}
