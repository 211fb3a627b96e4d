import type { Client } from '@temporalio/client';
import { httpTaskQueue } from '../core/ids';
import { retentionMs } from '../core/api/limits';
import { prismExpiresAtKey } from '../workflows/messages';
import { indexClient } from './index-client';
import { equalTo, isAskable, readAndFilter } from './listing/query-text';
import { describeQueue, queueType } from './task-queues';

/** What the server knows of all workers and imports together. */
export interface Fleet {
  /** Trackers that run, whether or not a worker has taken them up. */
  unfinishedImports: number;
  /** Seconds until the first of them expires, at least 0; null when none has said when it does. */
  oldestExpirySeconds: number | null;
  /** Pollers of both task queues, as the server saw them in the last minutes. */
  pollers: { workflow: number; http: number };
}

/**
 * Asks for the {@link Fleet} of a task queue. Rejects when the server does not answer within 10 s, and when the imports
 * cannot be counted.
 */
export function askFleet(client: Client, taskQueue: string, nowMs: number): Promise<Fleet> {
  return client.withDeadline(Date.now() + askLimitMs, async () => {
    const [{ count, expiresAtMs }, workflow, http] = await Promise.all([
      askUnfinished(client, taskQueue, nowMs),
      countPollers(client, taskQueue, queueType.workflow),
      countPollers(client, httpTaskQueue(taskQueue), queueType.activity),
    ]);
    const oldestExpirySeconds = expiresAtMs === null ? null : Math.max(0, expiresAtMs - nowMs) / 1000;
    return { unfinishedImports: count, oldestExpirySeconds, pollers: { workflow, http } };
  });
}

/** Resolves when the server has answered anything; rejects when it does not within 5 s. */
export async function reachServer(client: Client): Promise<void> {
  await client.withDeadline(Date.now() + reachLimitMs, () =>
    client.connection.workflowService.getSystemInfo({}),
  );
}

const askLimitMs = 10_000;
const reachLimitMs = 5_000;

/** Selects at least the trackers that run on a task queue. */
const running = (taskQueue: string): string =>
  ["WorkflowType = 'trackImport'", "ExecutionStatus = 'Running'", ...equalTo('TaskQueue', taskQueue)].join(
    ' AND ',
  );

/** What the index knows of the trackers that run on a task queue. */
interface Unfinished {
  count: number;
  expiresAtMs: number | null;
}

async function askUnfinished(client: Client, taskQueue: string, nowMs: number): Promise<Unfinished> {
  const query = running(taskQueue);
  if (!isAskable(taskQueue)) return readUnfinished(client, query, taskQueue);
  const countOf = (filter = '') => countWorkflows(client, `${query}${filter}`);
  const count = await countOf();
  return { count, expiresAtMs: count === 0 ? null : await firstExpiry(client, query, countOf, nowMs) };
}

/** The same by reading them all, for a queue whose name no query can have. */
async function readUnfinished(client: Client, query: string, taskQueue: string): Promise<Unfinished> {
  const all = await readAndFilter(client, query, (info) => info.taskQueue === taskQueue);
  const expiries = all.flatMap(
    ({ typedSearchAttributes }) => typedSearchAttributes.get(prismExpiresAtKey)?.getTime() ?? [],
  );
  return { count: all.length, expiresAtMs: expiries.length === 0 ? null : Math.min(...expiries) };
}

async function countWorkflows(client: Client, query: string): Promise<number> {
  return (await client.workflow.count(query)).count;
}

async function countPollers(client: Client, name: string, type: 1 | 2): Promise<number> {
  return (await describeQueue(client, name, type)).pollers.length;
}

/** So many are listed rather than counted. */
const pageSize = 200;
/** Nearer than this the search need not come. */
const precisionMs = 30_000;

/**
 * The earliest expiry, by halving the time in which it must lie until few enough are left to be listed: not every
 * server can sort, and none should list thousands of workflows every minute.
 */
async function firstExpiry(
  client: Client,
  query: string,
  count: (filter: string) => Promise<number>,
  nowMs: number,
): Promise<number | null> {
  const before = (atMs: number) => ` AND PrismExpiresAt < '${new Date(atMs).toISOString()}'`;
  let [fromMs, toMs] = [nowMs, nowMs + retentionMs];
  let found = await count(before(toMs));
  if (found === 0) return listedExpiry(client, query);
  while (found > pageSize && toMs - fromMs > precisionMs) {
    const middleMs = (fromMs + toMs) / 2;
    const earlier = await count(before(middleMs));
    if (earlier === 0) fromMs = middleMs;
    else [toMs, found] = [middleMs, earlier];
  }
  return listedExpiry(client, query + before(toMs));
}

/** The earliest expiry of the first that the server lists. */
async function listedExpiry(client: Client, query: string): Promise<number | null> {
  let first: number | null = null;
  let seen = 0;
  for await (const { typedSearchAttributes } of indexClient(client).workflow.list({ query, pageSize })) {
    const expiresAtMs = typedSearchAttributes.get(prismExpiresAtKey)?.getTime();
    if (expiresAtMs !== undefined) first = Math.min(first ?? expiresAtMs, expiresAtMs);
    seen += 1;
    if (seen >= pageSize) break;
  }
  return first;
}
