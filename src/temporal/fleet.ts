import type { Client } from '@temporalio/client';
import { httpTaskQueue } from '../core/ids';
import { endStatusNames } from '../core/tracker/end-statuses';
import type { ProblemCode } from '../core/tracker/outcome';
import { countTrouble, indexCounts, type IndexCounts } from './listing/index-counts';
import type { ListedStatus } from './listing/listing';
import { equalTo, isAskable } from './listing/query-text';
import { describeQueue, queueType } from './task-queues';

/** What the server knows about all workers and imports together. */
export interface Fleet {
  /** Open trackers, whether or not a worker has picked them up. */
  unfinishedImports: number;
  /** How many of them expire before the calendar month (UTC) ends. */
  expiringThisMonth: number;
  /** Seconds until the first of them expires, at least 0; null if no expiry is known. */
  oldestExpirySeconds: number | null;
  /** Open trackers with a problem, by its code, and the seconds until the first of those expires. */
  blockedImports: Record<ProblemCode, number>;
  oldestBlockedExpirySeconds: number | null;
  /** Open pipelines with a problem, by its code. */
  blockedPipelines: Record<ProblemCode, number>;
  /** Trackers that the namespace keeps, by status; null where closed ones cannot be counted. */
  listedImports: Record<ListedStatus, number | null>;
  /** Pollers of both task queues that the server saw in the last minutes. */
  pollers: { workflow: number; http: number };
}

/** How to query the server. */
export interface AskOptions {
  /** Minimum time between two requests to the index, in milliseconds. */
  spacingMs: number;
}

/**
 * Reads the {@link Fleet} of a task queue, with one count request per figure and value: servers cannot group by custom
 * search attributes. Costs about a dozen requests when all is well, and at most 40 more when it is not. Rejects if a
 * request takes longer than 10 s, or if imports cannot be counted.
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

/** Resolves once the server has answered any request; rejects after 5 s. */
export async function reachServer(client: Client): Promise<void> {
  await client.withDeadline(Date.now() + reachLimitMs, () =>
    client.connection.workflowService.getSystemInfo({}),
  );
}

/**
 * The calendar month (UTC) that contains a moment: when it began, and when the next one begins, in milliseconds since
 * 1970.
 */
export function monthOf(nowMs: number): { beganMs: number; endMs: number } {
  const now = new Date(nowMs);
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return { beganMs: Date.UTC(year, month), endMs: Date.UTC(year, month + 1) };
}

const askLimitMs = 10_000;
const reachLimitMs = 5_000;

/** A query that matches at least everything on a task queue. */
const selects = (taskQueue: string, clauses: readonly string[]): string =>
  [...clauses, ...equalTo('TaskQueue', taskQueue)].join(' AND ');

type EndedStatus = Exclude<ListedStatus, 'processing'>;
const endedStatuses: readonly EndedStatus[] = [...endStatusNames, 'terminated'];
const noneCounted = Object.fromEntries(endedStatuses.map((status) => [status, null])) as Record<
  EndedStatus,
  null
>;

/** Closed trackers by status, for as long as the namespace keeps them. */
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
