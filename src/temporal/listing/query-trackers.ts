import type { Client } from '@temporalio/client';
import { statusQuery } from '../../workflows/messages';
import { queryLimitMs } from '../ask-server';
import type { QueriedState, ListedImport } from './listing';

/** How many trackers are queried at most. */
const maxQueries = 200;
/** How many are queried at once; a worker answers them one after another. */
const queriedAtOnce = 10;

/**
 * The own answers of open trackers, by run id: the first 200 get one query each, with a timeout of 3 s. Null for one
 * that did not answer. Costs no requests to the API.
 * @param onAnswer - is told after each how many have answered or not, of how many
 */
export async function queryTrackers(
  client: Client,
  rows: readonly ListedImport[],
  onAnswer: (done: number, of: number) => void = () => undefined,
): Promise<Map<string, QueriedState | null>> {
  const states = new Map<string, QueriedState | null>();
  const open = rows.filter(({ endedAt }) => endedAt === null).slice(0, maxQueries);
  for (let at = 0; at < open.length; at += queriedAtOnce)
    await Promise.all(
      open.slice(at, at + queriedAtOnce).map(async (row) => {
        states.set(row.runId, await queryTracker(client, row).catch(() => null));
        onAnswer(states.size, open.length);
      }),
    );
  return states;
}

async function queryTracker(client: Client, { workflowId, runId }: ListedImport): Promise<QueriedState> {
  const { polls, progress, nextPollAt, problem } = await client.withDeadline(Date.now() + queryLimitMs, () =>
    client.workflow.getHandle(workflowId, runId).query(statusQuery),
  );
  return {
    polls,
    fraction: progress.fraction,
    nextPollAt,
    estimatedEndAt: progress.estimatedEndAt,
    problemSince: problem?.since ?? null,
    problemMessage: problem?.message ?? null,
  };
}
