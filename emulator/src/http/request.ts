import type { IncomingHttpHeaders } from 'node:http';

/** A body's JSON value, or that it is not JSON. */
export type JsonBody = { valid: true; value: unknown } | { valid: false };

/** An operation of an API, and the team whose data it is about. */
export interface Route {
  operation: string;
  teamId: string;
}

/** One request as the API sees it. */
export interface ApiRequest<R extends Route = Route> {
  /** The `x-request-id` of its answer. */
  id: string;
  method: string;
  /** As sent, without the query. */
  path: string;
  query: string;
  /** The operation asked for; null when the API has none like it. */
  route: R | null;
  headers: IncomingHttpHeaders;
  /** Null when the body was larger than allowed; it was then not kept. */
  body: Buffer | null;
  /** The emulator's time in milliseconds. */
  now: number;
  /** The body, parsed when first asked for. */
  json(): JsonBody;
}

/** A header's only value. */
export function headerOf(request: Pick<ApiRequest, 'headers'>, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** A parser of this body that works once and remembers. */
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
