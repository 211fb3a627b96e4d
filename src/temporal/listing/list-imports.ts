import { parseTrackerWorkflowId } from '../../core/ids';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import {
  asksForOpenOnly,
  byUrgency,
  listedStatus,
  listQuery,
  passes,
  type ListedImport,
  type ListFilter,
} from './listing';
import {
  prismExpiresAtKey,
  prismImportStatusKey,
  prismJobIdKey,
  prismProblemKey,
  prismTeamIdKey,
} from '../../workflows/messages';
import { indexClient } from '../index-client';
import { grpcCode, grpcCodeOf, rootMessage, TemporalProblem } from '../problem';

/** The workflow types that can be listed. */
export type ListedType = 'trackImport' | 'importRecords';

/** A list, and whether there are more entries than its limit. */
export interface ImportList {
  rows: ListedImport[];
  more: boolean;
}

const listPageSize = 1000;
const pageLimitMs = 10_000;

/**
 * Lists trackers or pipelines from the namespace's index: open ones first, soonest to expire at the top; then closed
 * ones, latest first. Reads page by page and never holds many more than `limit` of them. Throws {@link TemporalProblem}
 * if the index cannot answer.
 */
export async function listImports(
  client: Client,
  type: ListedType,
  filter: ListFilter,
  limit: number,
): Promise<ImportList> {
  const running = await mostUrgent(matches(client, type, filter, true), limit);
  const rows = running.rows;
  let { more } = running;
  const mayHaveEnded = filter.statuses === null || filter.statuses.some((status) => status !== 'processing');
  const asksForEnded = mayHaveEnded && !asksForOpenOnly(filter);
  if (!asksForEnded || more) return { rows, more };
  for await (const row of matches(client, type, filter, false)) {
    more = rows.length === limit;
    if (more) break;
    rows.push(row);
  }
  return { rows, more };
}

/** Lists the trackers that a pipeline started, ordered as in {@link listImports}. */
export async function listBatches(client: Client, pipelineId: string, limit: number): Promise<ImportList> {
  const all: ListFilter = { teamId: null, statuses: null, startedBefore: null, startedAfter: null };
  return listImports(client, 'trackImport', { ...all, idPrefix: `${pipelineId}/` }, limit);
}

async function mostUrgent(found: AsyncIterable<ListedImport>, limit: number): Promise<ImportList> {
  let rows: ListedImport[] = [];
  let count = 0;
  for await (const row of found) {
    count += 1;
    rows.push(row);
    if (rows.length >= 2 * limit + listPageSize) rows = rows.sort(byUrgency).slice(0, limit);
  }
  return { rows: rows.sort(byUrgency).slice(0, limit), more: count > limit };
}

async function* matches(
  client: Client,
  type: ListedType,
  filter: ListFilter,
  running: boolean,
): AsyncGenerator<ListedImport> {
  const query = listQuery(type, filter, running);
  const found = indexClient(client).workflow.list({ query, pageSize: listPageSize })[Symbol.asyncIterator]();
  for (;;) {
    const next = await client
      .withDeadline(Date.now() + pageLimitMs, () => found.next())
      .catch((error: unknown) => {
        throw asProblem(error, client.options.namespace);
      });
    if (next.done === true) return;
    const row = listed(next.value);
    if (passes(filter, row)) yield row;
  }
}

function listed(info: WorkflowExecutionInfo): ListedImport {
  const { typedSearchAttributes, workflowId, runId, status, startTime, closeTime, type } = info;
  // A tracker has published nothing until a worker picks it up.
  const named = type === 'trackImport' ? parseTrackerWorkflowId(workflowId) : null;
  return {
    status: listedStatus(typedSearchAttributes.get(prismImportStatusKey) ?? null, status.name),
    teamId: typedSearchAttributes.get(prismTeamIdKey) ?? named?.teamId ?? null,
    jobId: typedSearchAttributes.get(prismJobIdKey) ?? named?.jobId ?? null,
    startedAt: startTime.toISOString(),
    endedAt: closeTime?.toISOString() ?? null,
    expiresAt: typedSearchAttributes.get(prismExpiresAtKey)?.toISOString() ?? null,
    problem: typedSearchAttributes.get(prismProblemKey) ?? null,
    workflowId,
    runId,
  };
}

function asProblem(error: unknown, namespace: string): unknown {
  const words: Record<number, string> = {
    [grpcCode.invalidArgument]: `The namespace ${JSON.stringify(namespace)} does not understand the query (${rootMessage(error)}): run \`prism-imports setup\`, which registers the search attributes.`,
    [grpcCode.deadlineExceeded]: `Temporal did not list workflows within ${pageLimitMs / 1000} s: try again, or narrow the list.`,
  };
  const message = words[grpcCodeOf(error) ?? -1];
  return message === undefined ? error : new TemporalProblem(message, { cause: error });
}
