import type { Client } from '@temporalio/client';
import { statusQuery } from '../../workflows/messages';
import { queryLimitMs } from '../ask-server';
import type { AskedState, ListedImport } from './listing';

/** How many trackers are queried at most. */
const maxQueries = 200;
/** How many are queried at once; a worker answers them one after another. */
const askedAtOnce = 10;

/**
 * The own answers of open trackers, by run id: the first 200 get one query each, with a timeout of 3 s. Null for one
 * that did not answer. Costs no requests to the API.
 */
export async function askTrackers(
  client: Client,
  rows: readonly ListedImport[],
): Promise<Map<string, AskedState | null>> {
  const states = new Map<string, AskedState | null>();
  const open = rows.filter(({ endedAt }) => endedAt === null).slice(0, maxQueries);
  for (let at = 0; at < open.length; at += askedAtOnce)
    await Promise.all(
      open.slice(at, at + askedAtOnce).map(async (row) => {
        states.set(row.runId, await askTracker(client, row).catch(() => null));
      }),
    );
  return states;
}

async function askTracker(client: Client, { workflowId, runId }: ListedImport): Promise<AskedState> {
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
