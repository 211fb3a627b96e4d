import type { Readable } from 'node:stream';
import axios, { type AxiosResponse } from 'axios';
import type { Agents, Transport } from './connection';
import { PrismError, unanswered } from '../ports/prism-error';
import { answerLimits } from './answer-limits';
import { malformed } from './answers';
import type { AnswerHead, BodyReader, HttpAnswer } from './http-answer';
import { readHttpDate, readRetryAfter } from './retry-after';
import { ProxyError } from './proxy-agents';
import type { Mask } from './server-text';

/** One request, ready to send. */
export type Plan<R extends BodyReader = BodyReader> = Agents['kept'] & {
  method: 'GET' | 'POST';
  url: string;
  /** Method and path, for messages. */
  request: string;
  body: Uint8Array | undefined;
  transport: Transport;
  limits: { timeoutMs: number; responseBytes: number };
  mask: Mask;
  signal: AbortSignal | undefined;
  /** Maximum bytes to read of the body of an answer other than 2xx, by its status. */
  errorBytes: (status: number) => number;
  /** Creates the reader for the body of a 2xx. */
  reader: (head: AnswerHead) => R;
};

/** Sends one request. Throws a PrismError, or any error if the signal is aborted. */
export async function perform<R extends BodyReader>(plan: Plan<R>): Promise<HttpAnswer<R>> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), plan.limits.timeoutMs);
  const signal = AbortSignal.any([deadline.signal, ...(plan.signal ? [plan.signal] : [])]);
  try {
    const response = await send(plan, signal);
    const head = headOf(plan, response);
    if (head.status < 200 || head.status >= 300) {
      const errorBody = await readErrorBody(response.data, plan.errorBytes(head.status));
      plan.signal?.throwIfAborted(); // reading an error's body does not throw on abort
      return { ...head, reader: null, errorBody };
    }
    const reader = plan.reader(head);
    await readBody(response.data, plan, { head, signal, reader });
    return { ...head, reader, errorBody: Buffer.alloc(0) };
  } catch (error) {
    throw error instanceof PrismError ? error : connectionError(error, plan, deadline.signal.aborted);
  } finally {
    clearTimeout(timer);
  }
}

function send(plan: Plan, signal: AbortSignal): Promise<AxiosResponse<Readable>> {
  return axios.request<Readable>({
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
}

function headOf({ request, mask }: Plan, response: AxiosResponse): Omit<HttpAnswer, 'reader' | 'errorBody'> {
  const headers: Record<string, unknown> = response.headers;
  const requestId = headers['x-request-id'];
  const dateMs = readHttpDate(headers.date);
  return {
    request,
    status: response.status,
    requestId: typeof requestId === 'string' ? mask(requestId) : null,
    serverTime: dateMs === null ? null : new Date(dateMs).toISOString(),
    retryAfterMs: readRetryAfter(headers, Date.now()),
  };
}

/** Reads the body of a 2xx within the limits. */
async function readBody(
  stream: Readable,
  { limits, request, transport }: Plan,
  { head, signal, reader }: { head: AnswerHead; signal: AbortSignal; reader: BodyReader },
): Promise<void> {
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > limits.responseBytes) throw tooLarge(request, limits.responseBytes, head.status);
    if (bytes > answerLimits.freeBytes && bytes > answerLimits.ratio * transport.receivedBytes()) {
      throw malformed(head, `it is unpacked to more than ${answerLimits.ratio} times its size`);
    }
    await unlessAborted(signal, reader.write(chunk));
  }
}

/** Rejects if the signal is aborted, because a taker may wait forever. */
async function unlessAborted(signal: AbortSignal, work: Promise<void>): Promise<void> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The body of an answer other than 2xx; empty if it is too long or incomplete. */
async function readErrorBody(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > maxBytes) return Buffer.alloc(0);
      chunks.push(chunk);
    }
  } catch {
    return Buffer.alloc(0);
  }
  return Buffer.concat(chunks);
}

function tooLarge(request: string, maxBytes: number, status: number): PrismError {
  return new PrismError(
    `${request}: answered ${status} with more than ${maxBytes} bytes. Raise PRISM_MAX_RESPONSE_BYTES to accept it.`,
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
      : `no connection to ${origin}: ${cause.message}. ${adviceOf(error)}`;
  return new PrismError(`${request}: ${seen}`, facts, { cause });
}

/** Axios wraps the errors of agents. */
function adviceOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  const proxy = [error, cause].find((each) => each instanceof ProxyError);
  return proxy?.advice ?? 'Check MICRO_BASE_URL and the network.';
}

/** Copies message and code only, since the original holds the request with its headers. */
function copyOf(error: unknown, mask: Mask): Error {
  const { message, code } = error as { message?: unknown; code?: unknown };
  const known = typeof code === 'string' ? code : null;
  const text = typeof message === 'string' && message !== '' ? mask(message) : (known ?? 'no reason given');
  return Object.assign(new Error(text), known === null ? {} : { code: known });
}
