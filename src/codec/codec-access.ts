import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Who may call a codec server. */
export interface CodecAccess {
  /** Address that it listens on. */
  host: string;
  /** Origins of Temporal UIs whose pages may send requests, such as `http://localhost:8233`. */
  origins: readonly string[];
  /** The bearer token that the header `Authorization` must carry, or null. */
  token: string | null;
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|::1)$/i;

/** Whether an address is reachable only from this machine. */
export const isLoopback = (host: string): boolean => loopback.test(host);

/** Why a request is refused, as status and message; null if it is allowed. */
export function refusal(
  { host, origins }: Pick<CodecAccess, 'host' | 'origins'>,
  headers: IncomingHttpHeaders,
): [status: number, reason: string] | null {
  // A page whose name was pointed at this address (DNS rebinding) sends its own host name.
  if (isLoopback(host) && !isLoopback((headers.host ?? '').replace(/:\d*$/, '')))
    return [403, 'the host of the request must be localhost or 127.0.0.1'];
  const { origin } = headers;
  if (origin !== undefined && !origins.includes(origin))
    return [403, 'this origin is not allowed; --ui allows it'];
  return null;
}

/** Whether a request carries the token, if one is required. */
export function isAuthorized({ token }: CodecAccess, { authorization = '' }: IncomingHttpHeaders): boolean {
  if (token === null) return true;
  const [expected, given] = [Buffer.from(`Bearer ${token}`), Buffer.from(authorization)];
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/**
 * The headers that let a page of an allowed origin send requests and read the answers (Fetch Standard, "CORS
 * protocol").
 */
export function corsHeaders({ origins }: CodecAccess, headers: IncomingHttpHeaders): Record<string, string> {
  const { origin } = headers;
  if (origin === undefined || !origins.includes(origin)) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type, x-namespace, authorization',
    'access-control-max-age': '600',
    // For a UI on another host, Chrome sends a preflight request to this machine (Private Network Access).
    ...(headers['access-control-request-private-network'] === 'true' && {
      'access-control-allow-private-network': 'true',
    }),
  };
}
