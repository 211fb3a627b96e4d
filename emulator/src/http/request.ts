import type { IncomingHttpHeaders } from 'node:http';

/** A body's JSON value, or that it is not JSON. */
export type JsonBody = { valid: true; value: unknown } | { valid: false };

/** An operation of an API, and the team whose data it concerns. */
export interface Route {
  operation: string;
  teamId: string;
}

/** One request as the API sees it. */
export interface ApiRequest<R extends Route = Route> {
  /** The `x-request-id` of the response. */
  id: string;
  method: string;
  /** As sent, without the query. */
  path: string;
  query: string;
  /** The requested operation; null if the API has none like it. */
  route: R | null;
  headers: IncomingHttpHeaders;
  /** Null if the body was too large, and so was not kept. */
  body: Buffer | null;
  /** The emulator's time in milliseconds. */
  now: number;
  /** The body as JSON, parsed on first use. */
  json(): JsonBody;
}

/** A header that occurs once. */
export function headerOf(request: Pick<ApiRequest, 'headers'>, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Parses a body on first use and caches the result. */
export function lazyJson(body: Buffer): () => JsonBody {
  let parsed: JsonBody | undefined;
  return () => (parsed ??= parse(body));
}

function parse(body: Buffer): JsonBody {
  try {
    return { valid: true, value: JSON.parse(body.toString('utf8')) };
  } catch {
    return { valid: false };
  }
}
