import { z } from 'zod';
import { timeSchema } from '../clock';
import type { End } from '../http/api';
import { headerOf, type ApiRequest } from '../http/request';
import type { ObjectType } from './contract';
import { operations, type Operation, type PrismRoute } from './routes';
import type { Did, PrismWork } from './work';

/** One request and its effect. Contains no API key, query or row content. */
export interface JournalEntry {
  /** When it arrived, by the emulator's clock; ISO 8601 UTC. */
  at: string;
  requestId: string;
  method: string;
  /** Without the query. */
  path: string;
  /** Null if the API has no such operation. */
  operation: Operation | null;
  teamId: string | null;
  kind: ObjectType | null;
  /** The status sent, or null. */
  status: number | null;
  did: Did;
  idempotencyKey: string | null;
  /** The job that was launched, replayed or polled. */
  jobId: string | null;
  /** Rows of an import request that was executed or replayed; else null. */
  rows: number | null;
  /** The rule that acted on it. */
  rule: string | null;
  /** The official SDKs' retry count, from 0; null if the client does not send it. */
  retry: number | null;
}

const wanted = z.string({ error: 'a text' });
/** A filter of the journal; parses to search criteria. */
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
  /** From this time on. */
  since: timeSchema.optional(),
  /** Before this time. */
  until: timeSchema.optional(),
});

/** Conditions for entries; all given ones must hold. */
export type JournalFilter = z.input<typeof journalFilterSchema>;

/** The journal entry of a request; without work if it never reached the API. */
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
