import type { End } from '../http/api';
import { headerOf, type ApiRequest } from '../http/request';
import type { JournalEntry } from '../journal';
import type { PrismRoute } from './routes';
import type { PrismWork } from './work';

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
