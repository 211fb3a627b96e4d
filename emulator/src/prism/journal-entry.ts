import { z } from 'zod';
import { timeSchema } from '../clock';
import type { End } from '../http/api';
import { headerOf, type ApiRequest } from '../http/request';
import type { ObjectType } from './contract';
import { operations, type Operation, type PrismRoute } from './routes';
import type { Did, PrismWork } from './work';

/** One request and what it did. Holds no API key, no query and no row contents. */
export interface JournalEntry {
  /** When it came in, by the emulator's clock; ISO 8601 UTC. */
  at: string;
  requestId: string;
  method: string;
  /** Without the query. */
  path: string;
  /** Null when the API has no such operation. */
  operation: Operation | null;
  teamId: string | null;
  kind: ObjectType | null;
  /** The status sent; null when no answer was sent. */
  status: number | null;
  did: Did;
  idempotencyKey: string | null;
  /** The job launched, replayed or asked for. */
  jobId: string | null;
  /** Rows of an import request that was carried out or replayed; else null. */
  rows: number | null;
  /** The rule that acted on it. */
  rule: string | null;
  /** Which retry of the official SDKs it is, from 0; null when the client does not say. */
  retry: number | null;
}

const wanted = z.string({ error: 'a text' });
/** A filter of the journal; parses to what the journal can be searched by. */
export const journalFilterSchema = z.strictObject({
  method: wanted.optional(),
  operation: z.enum(operations, { error: `one of ${operations.join(', ')}` }).optional(),
  teamId: wanted.optional(),
  kind: wanted.optional(),
  status: z.coerce.number({ error: 'an HTTP status' }).optional(),
  did: wanted.optional(),
  jobId: wanted.optional(),
  idempotencyKey: wanted.optional(),
  rule: wanted.optional(),
  /** A text that the path contains. */
  path: wanted.optional(),
  /** From this moment on. */
  since: timeSchema.optional(),
  /** Before this moment. */
  until: timeSchema.optional(),
});

/** Which entries are asked for: those that have all that is given. */
export type JournalFilter = z.input<typeof journalFilterSchema>;

/** What the journal says of a request; without work when it never reached the API. */
export function entryOf(
  request: ApiRequest<PrismRoute>,
  work: PrismWork | undefined,
  { status, rule }: End,
): JournalEntry {
  const { route } = request;
  const retry = headerOf(request, 'x-stainless-retry-count');
  return {
    at: new Date(request.now).toISOString(),
    requestId: request.id,
    method: request.method,
    path: request.path,
    operation: route?.operation ?? null,
    teamId: route?.teamId ?? null,
    kind: route !== null && 'kind' in route ? route.kind : null,
    status,
    did: work?.did ?? 'nothing',
    idempotencyKey: headerOf(request, 'idempotency-key') ?? null,
    jobId: work?.jobId ?? null,
    rows: work?.rows ?? null,
    rule,
    retry: retry !== undefined && /^\d{1,4}$/.test(retry) ? Number(retry) : null,
  };
}
