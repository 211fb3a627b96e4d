import { keyLimits } from '../core/api/limits';
import { addressOf, requireBaseUrl } from './address';
import type { CallWatch, PrismCall, WatchCall } from '../ports/call-watch';
import { headerSecrets } from '../config/custom-headers';
import { answerLimits } from './answer-limits';
import { isLoopback } from '../config/base-url';
import { createAgents, createTransport, type Route } from './connection';
import { createKeySupply, type KeySource } from './key-supply';
import { perform } from './exchange';
import type { AnswerHead, BodyReader, HttpAnswer } from './http-answer';
import { checkHeaders, usableHeaders } from './headers';
import { maskSecrets, type Mask } from './server-text';
import { createSpacing } from './spacing';

/** How the API is reached. */
export interface PrismOptions {
  /**
   * The http or https URL, without credentials, query or fragment. A path prefix is kept. The key is sent only to its
   * origin.
   */
  baseUrl: string;
  /**
   * The API key, or a function that returns it for each request. After a 401 or 403, it is asked for another key at
   * once.
   */
  apiKey: KeySource;
  /** Texts that no error may show, besides the key and custom headers. Read for each use; default none. */
  secrets?: () => readonly string[];
  /** A proxy and a client certificate; default neither. A server on loopback is never reached through the proxy. */
  route?: Route;
  /** Headers for every request. Those that the client or HTTP itself sets are dropped. Default none. */
  customHeaders?: Record<string, string>;
  /** The time to send to an emulator with each request, in milliseconds since 1970; default none. */
  emulatorTime?: () => number;
  /**
   * Timeout of one request, from its start to the end of its answer, in milliseconds; default 60 s. Does not include
   * waiting for a turn.
   */
  timeoutMs?: number;
  /** Maximum size of an answer, in bytes after decompression; default 1 GiB. */
  maxResponseBytes?: number;
  /** Maximum number of requests per second of this client; default 10. */
  requestsPerSecond?: number;
  /** Default `prism-imports`. */
  userAgent?: string;
  /** Observes every call; default: nothing. */
  watchCall?: WatchCall;
}

/** A request to the API. */
interface HttpRequest<R extends BodyReader> {
  method: 'GET' | 'POST';
  /** Path below the base URL, segment by segment, not encoded. */
  segments: readonly string[];
  headers?: Record<string, string>;
  /** JSON to send. */
  body?: Uint8Array;
  signal?: AbortSignal | undefined;
  /** Maximum bytes to read of the body of an answer other than 2xx, by its status; default 1 MiB. */
  errorBytes?: (status: number) => number;
  /** Creates the reader for the body of a 2xx. */
  reader: (head: AnswerHead) => R;
  watch: Pick<CallWatch, 'sent' | 'answered'>;
}

/** Sends requests, and removes the client's secrets from servers' texts. */
export interface Http {
  /** Throws a PrismError if no complete answer could be read, and the signal's reason if it is aborted. */
  exchange<R extends BodyReader>(request: HttpRequest<R>): Promise<HttpAnswer<R>>;
  mask: Mask;
  server: Pick<PrismCall, 'host' | 'port'>;
}

const defaultMaxResponseBytes = 1024 * 1024 * 1024;

/** For a revoked key, some servers return 401 and others 403, as for a key without access to the team. */
const refusesKey = (status: number): boolean => status === 401 || status === 403;

/**
 * HTTP as this API needs it. No redirect is followed and no proxy of the environment is used, since either would send
 * the key somewhere that nobody named. Answers are limited in size and time, and requests are spaced.
 */
export function createHttp(options: PrismOptions): Http {
  const base = requireBaseUrl(options.baseUrl);
  const custom = usableHeaders(options.customHeaders ?? {});
  const limits = {
    timeoutMs: options.timeoutMs ?? 60_000,
    responseBytes: options.maxResponseBytes ?? defaultMaxResponseBytes,
  };
  const { proxy, clientCertificate } = options.route ?? { proxy: null, clientCertificate: null };
  const agents = createAgents({ proxy: isLoopback(base) ? null : proxy, clientCertificate });
  const takeTurn = createSpacing(options.requestsPerSecond ?? keyLimits.requestsPerSecond);
  const keys = createKeySupply(options.apiKey);
  const customSecrets = [...Object.values(custom), ...headerSecrets(custom)];
  const mask = maskSecrets(() => [...keys.sent(), ...customSecrets, ...(options.secrets?.() ?? [])]);

  async function exchange<R extends BodyReader>(asked: HttpRequest<R>): Promise<HttpAnswer<R>> {
    const key = keys.next();
    const answer = await exchangeWith(key, asked);
    if (!refusesKey(answer.status)) return answer;
    // The key may have been replaced while the request was in flight. A refused request was not executed.
    const renewed = keys.instead(key);
    return renewed === null ? answer : exchangeWith(renewed, asked);
  }

  async function exchangeWith<R extends BodyReader>(
    key: string,
    asked: HttpRequest<R>,
  ): Promise<HttpAnswer<R>> {
    const { method, body, signal, reader, watch } = asked;
    const errorBytes = asked.errorBytes ?? (() => answerLimits.errorBytes);
    const { url, request } = addressOf(base, method, asked.segments);
    const headers = {
      'user-agent': options.userAgent ?? 'prism-imports',
      ...custom,
      accept: 'application/json',
      'x-api-key': key,
      ...(options.emulatorTime !== undefined && {
        'x-emulator-time': new Date(options.emulatorTime()).toISOString(),
      }),
      ...asked.headers,
    };
    checkHeaders(request, headers);
    await takeTurn(signal);
    const transport = createTransport(base.protocol === 'https:', headers);
    const pool = method === 'GET' ? agents.kept : agents.fresh;
    watch.sent();
    const plan = { method, body, signal, errorBytes, reader, ...pool, url, request, transport, limits, mask };
    const answer = await perform(plan);
    watch.answered(answer.status);
    return answer;
  }

  return {
    mask,
    server: { host: base.hostname, port: Number(base.port) || (base.protocol === 'https:' ? 443 : 80) },
    async exchange(asked) {
      try {
        asked.signal?.throwIfAborted();
        return await exchange(asked);
      } catch (error) {
        asked.signal?.throwIfAborted();
        throw error;
      }
    },
  };
}
