import type { Client } from '@temporalio/client';
import { httpTaskQueue } from '../core/ids';
import { endStatusNames } from '../core/tracker/end-statuses';
import type { ProblemCode } from '../core/tracker/outcome';
import { countTrouble, indexCounts, type IndexCounts } from './listing/index-counts';
import type { ListedStatus } from './listing/listing';
import { equalTo, isAskable } from './listing/query-text';
import { describeQueue, queueType } from './task-queues';

/** What the server knows of all workers and imports together. */
export interface Fleet {
  /** Trackers that run, whether or not a worker has taken them up. */
  unfinishedImports: number;
  /** Those of them that expire before the calendar month (UTC) ends. */
  expiringThisMonth: number;
  /** Seconds until the first of them expires, at least 0; null when none has said when it does. */
  oldestExpirySeconds: number | null;
  /** Those in trouble, by the code of what keeps them; and seconds until the first of those expires. */
  blockedImports: Record<ProblemCode, number>;
  oldestBlockedExpirySeconds: number | null;
  /** Pipelines that run and are in trouble, by the code of what keeps them. */
  blockedPipelines: Record<ProblemCode, number>;
  /** Trackers that the namespace keeps, by status; null where those that ended cannot be counted. */
  listedImports: Record<ListedStatus, number | null>;
  /** Pollers of both task queues, as the server saw them in the last minutes. */
  pollers: { workflow: number; http: number };
}

/** How the server is asked. */
export interface AskOptions {
  /** Least time between two requests to the index, in milliseconds. */
  spacingMs: number;
}

/**
 * Asks for the {@link Fleet} of a task queue, by one count a figure and a value: servers cannot group by an attribute
 * of ours. About a dozen requests when all is well, at most 40 more when it is not. Rejects when the server does not
 * answer one of them within 10 s, and when the imports cannot be counted.
 */
export async function askFleet(
  client: Client,
  taskQueue: string,
  nowMs: number,
  { spacingMs }: AskOptions,
): Promise<Fleet> {
  const pollersOf = async (name: string, type: 1 | 2) =>
    (await client.withDeadline(Date.now() + askLimitMs, () => describeQueue(client, name, type))).pollers
      .length;
  const passes = isAskable(taskQueue)
    ? {}
    : { passes: (info: { taskQueue: string }) => info.taskQueue === taskQueue };
  const index = indexCounts(client, { spacingMs, ...passes });
  const secondsTo = (atMs: number | null) => (atMs === null ? null : Math.max(0, atMs - nowMs) / 1000);
  const trackers = selects(taskQueue, ["WorkflowType = 'trackImport'"]);
  const running = `${trackers} AND ExecutionStatus = 'Running'`;
  const runningPipelines = selects(taskQueue, [
    "WorkflowType = 'importRecords'",
    "ExecutionStatus = 'Running'",
  ]);
  const unfinishedImports = await index.count(running);
  const blocked = await countTrouble(index, running);
  const blockedQuery = `${running} AND PrismProblem IS NOT NULL`;
  const ended = isAskable(taskQueue) ? await countEnded(index, trackers) : null;
  return {
    unfinishedImports,
    expiringThisMonth:
      unfinishedImports === 0
        ? 0
        : await index.count(
            `${running} AND PrismExpiresAt < '${new Date(monthOf(nowMs).endMs).toISOString()}'`,
          ),
    oldestExpirySeconds: unfinishedImports === 0 ? null : secondsTo(await index.firstExpiry(running, nowMs)),
    blockedImports: blocked.byProblem,
    oldestBlockedExpirySeconds:
      blocked.total === 0 ? null : secondsTo(await index.firstExpiry(blockedQuery, nowMs)),
    blockedPipelines: (await countTrouble(index, runningPipelines)).byProblem,
    listedImports: { processing: unfinishedImports, ...(ended ?? noneCounted) },
    pollers: {
      workflow: await pollersOf(taskQueue, queueType.workflow),
      http: await pollersOf(httpTaskQueue(taskQueue), queueType.activity),
    },
  };
}

/** Resolves when the server has answered anything; rejects when it does not within 5 s. */
export async function reachServer(client: Client): Promise<void> {
  await client.withDeadline(Date.now() + reachLimitMs, () =>
    client.connection.workflowService.getSystemInfo({}),
  );
}

/** The calendar month (UTC) of a moment, in milliseconds since 1970: its first, and that of the next. */
export function monthOf(nowMs: number): { beganMs: number; endMs: number } {
  const now = new Date(nowMs);
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return { beganMs: Date.UTC(year, month), endMs: Date.UTC(year, month + 1) };
}

const askLimitMs = 10_000;
const reachLimitMs = 5_000;

/** A query for at least what is on a task queue. */
const selects = (taskQueue: string, clauses: readonly string[]): string =>
  [...clauses, ...equalTo('TaskQueue', taskQueue)].join(' AND ');

type EndedStatus = Exclude<ListedStatus, 'processing'>;
const endedStatuses: readonly EndedStatus[] = [...endStatusNames, 'terminated'];
const noneCounted = Object.fromEntries(endedStatuses.map((status) => [status, null])) as Record<
  EndedStatus,
  null
>;

/** Those that ended, by status, for as long as the namespace keeps them. */
async function countEnded(index: IndexCounts, trackers: string): Promise<Record<EndedStatus, number>> {
  const counted: [EndedStatus, number][] = [];
  for (const status of endedStatuses) {
    const clause =
      status === 'terminated'
        ? "ExecutionStatus IN ('Terminated', 'TimedOut')"
        : `PrismImportStatus = '${status}'`;
    counted.push([status, await index.count(`${trackers} AND ${clause}`)]);
  }
  return Object.fromEntries(counted) as Record<EndedStatus, number>;
}
