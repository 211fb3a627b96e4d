import type { Client } from '@temporalio/client';
import { prismExpiresAtKey, prismProblemKey } from '../../workflows/messages';
import { indexClient } from '../index-client';
import type { ListedImport } from './listing';
import { equalTo } from './query-text';

/** The open imports of a task queue, and whether there are more than were read. */
export interface OpenImports {
  rows: Pick<ListedImport, 'runId' | 'startedAt' | 'expiresAt' | 'problem'>[];
  more: boolean;
}

/** How many are read at most: ten pages. */
const maxOpen = 10_000;
const pageSize = 1000;
const readLimitMs = 10_000;

/**
 * Reads the open imports of all teams from the index: one request per thousand. Queries no tracker. Rejects if the
 * server does not answer within 10 s.
 * @param onRead - is told after each how many have been read
 */
export async function openImports(
  client: Client,
  taskQueue: string,
  onRead: (count: number) => void = () => undefined,
): Promise<OpenImports> {
  const clauses = ["WorkflowType = 'trackImport'", "ExecutionStatus = 'Running'"];
  const query = [...clauses, ...equalTo('TaskQueue', taskQueue)].join(' AND ');
  return client.withDeadline(Date.now() + readLimitMs, async () => {
    const rows: OpenImports['rows'] = [];
    for await (const info of indexClient(client).workflow.list({ query, pageSize })) {
      // Filters here because a query cannot express every name.
      if (info.taskQueue !== taskQueue) continue;
      if (rows.length === maxOpen) return { rows, more: true };
      const { runId, startTime, typedSearchAttributes } = info;
      rows.push({
        ...{ runId, startedAt: startTime.toISOString() },
        expiresAt: typedSearchAttributes.get(prismExpiresAtKey)?.toISOString() ?? null,
        problem: typedSearchAttributes.get(prismProblemKey) ?? null,
      });
      onRead(rows.length);
    }
    return { rows, more: false };
  });
}
