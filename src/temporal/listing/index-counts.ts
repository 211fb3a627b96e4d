import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { retentionMs } from '../../core/api/limits';
import { problemCodes, type ProblemCode } from '../../core/tracker/outcome';
import { prismExpiresAtKey } from '../../workflows/messages';
import { indexClient } from '../index-client';
import { readAndFilter } from './read-index';

/** Counts in the index: how many workflows a query matches, and when the first of them expires. */
export interface IndexCounts {
  count(query: string): Promise<number>;
  /** In milliseconds since 1970; null if no expiry is known. */
  firstExpiry(query: string, nowMs: number): Promise<number | null>;
}

/** How to query the index. */
interface CountOptions {
  /**
   * Minimum time between two requests, in milliseconds. Servers accept 10 per second for a namespace, from all clients.
   */
  spacingMs: number;
  /** A filter for conditions that a query cannot express; matches are then read and filtered. */
  passes?: (info: WorkflowExecutionInfo) => boolean;
}

const askLimitMs = 10_000;
/** At most this many are listed instead of counted. */
const pageSize = 200;
/** The search for an expiry stops at this precision. */
const precisionMs = 30_000;

/** Counts with a client. Rejects if the server does not answer a request within 10 s. */
export function indexCounts(client: Client, { spacingMs, passes }: CountOptions): IndexCounts {
  const paced = async <T>(request: () => Promise<T>): Promise<T> => {
    if (spacingMs > 0) await new Promise((resolve) => setTimeout(resolve, spacingMs));
    return client.withDeadline(Date.now() + askLimitMs, request);
  };
  if (passes !== undefined) {
    const read = (query: string) => paced(() => readAndFilter(client, query, passes));
    return {
      count: async (query) => (await read(query)).length,
      firstExpiry: async (query) => earliest((await read(query)).map(expiryOf)),
    };
  }
  const count = async (query: string) => (await paced(() => client.workflow.count(query))).count;
  const list = (query: string) => paced(() => listedExpiry(client, query));
  return { count, firstExpiry: (query, nowMs) => firstExpiry({ count, list }, query, nowMs) };
}

/** Open workflows with a problem: the total, and the number by code. */
export interface TroubleCounts {
  total: number;
  byProblem: Record<ProblemCode, number>;
}

/** Counts the matches of a query that have a problem: one query if there are none, else one more for each code. */
export async function countTrouble(
  { count }: Pick<IndexCounts, 'count'>,
  query: string,
): Promise<TroubleCounts> {
  const total = await count(`${query} AND PrismProblem IS NOT NULL`);
  const counted: [ProblemCode, number][] = [];
  for (const code of problemCodes)
    counted.push([code, total === 0 ? 0 : await count(`${query} AND PrismProblem = '${code}'`)]);
  return { total, byProblem: Object.fromEntries(counted) as Record<ProblemCode, number> };
}

/**
 * The earliest expiry. It halves the time in which the expiry must lie until few enough matches remain to list, because
 * not every server can sort, and none should list thousands of workflows every minute.
 */
async function firstExpiry(
  index: { count: (query: string) => Promise<number>; list: (query: string) => Promise<number | null> },
  query: string,
  nowMs: number,
): Promise<number | null> {
  const before = (atMs: number) => `${query} AND PrismExpiresAt < '${new Date(atMs).toISOString()}'`;
  let [fromMs, toMs] = [nowMs, nowMs + retentionMs];
  let found = await index.count(before(toMs));
  if (found === 0) return index.list(query);
  while (found > pageSize && toMs - fromMs > precisionMs) {
    const middleMs = (fromMs + toMs) / 2;
    const earlier = await index.count(before(middleMs));
    if (earlier === 0) fromMs = middleMs;
    else [toMs, found] = [middleMs, earlier];
  }
  return index.list(before(toMs));
}

/** The earliest expiry among the first page of matches. */
async function listedExpiry(client: Client, query: string): Promise<number | null> {
  const expiries: (number | undefined)[] = [];
  for await (const info of indexClient(client).workflow.list({ query, pageSize })) {
    expiries.push(expiryOf(info));
    if (expiries.length >= pageSize) break;
  }
  return earliest(expiries);
}

const expiryOf = ({ typedSearchAttributes }: WorkflowExecutionInfo): number | undefined =>
  typedSearchAttributes.get(prismExpiresAtKey)?.getTime();

function earliest(expiries: readonly (number | undefined)[]): number | null {
  const known = expiries.filter((atMs) => atMs !== undefined);
  return known.length === 0 ? null : Math.min(...known);
}
