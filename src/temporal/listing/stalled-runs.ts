import type { Client } from '@temporalio/client';
import { askServer } from '../ask-server';
import { grpcCode, grpcCodeOf } from '../problem';
import { failureMessage } from '../payloads/read-payload';

/** Most runs that are asked about. */
export const maxAsked = 200;
/** How many at once. */
const askedAtOnce = 20;

/** A workflow task may fail now and then, as when a worker is stopped; from this attempt on its run is stalled. */
const minAttempt = 3;

/** Events at the end of a history among which the failure of its last workflow task is looked for. */
const lastEvents = 10;

const maxShownFailure = 300;

/**
 * Which of the open runs are stalled, by run id, each with why: no worker gets through their workflow tasks, as when
 * none has the codec of something that they hold. The first 200 are asked about, one request each, and another for one
 * that is stalled.
 */
export async function stalledRuns(
  client: Client,
  runs: readonly { workflowId: string; runId: string }[],
): Promise<Map<string, string>> {
  const stalled = new Map<string, string>();
  const asked = runs.slice(0, maxAsked);
  for (let at = 0; at < asked.length; at += askedAtOnce) {
    const some = asked.slice(at, at + askedAtOnce);
    const reasons = await Promise.all(some.map((run) => reasonOf(client, run)));
    some.forEach(({ runId }, index) => {
      const reason = reasons[index];
      if (reason != null) stalled.set(runId, reason);
    });
  }
  return stalled;
}

async function reasonOf(
  client: Client,
  execution: { workflowId: string; runId: string },
): Promise<string | null> {
  const { namespace } = client.options;
  try {
    const { pendingWorkflowTask } = await askServer(client, ({ workflowService }) =>
      workflowService.describeWorkflowExecution({ namespace, execution }),
    );
    const attempt = pendingWorkflowTask?.attempt ?? 1;
    if (attempt < minAttempt) return null;
    const failure = (await lastFailure(client, execution)).slice(0, maxShownFailure);
    return `its workflow task is at attempt ${attempt}: ${failure}`;
  } catch (error) {
    if (grpcCodeOf(error) === grpcCode.notFound) return null; // it has ended and is forgotten since it was listed
    throw error;
  }
}

async function lastFailure(
  client: Client,
  execution: { workflowId: string; runId: string },
): Promise<string> {
  const { namespace } = client.options;
  const { history } = await askServer(client, ({ workflowService }) =>
    workflowService.getWorkflowExecutionHistoryReverse({ namespace, execution, maximumPageSize: lastEvents }),
  );
  for (const {
    workflowTaskFailedEventAttributes: failed,
    workflowTaskTimedOutEventAttributes: late,
  } of history?.events ?? []) {
    if (failed?.failure) return failureMessage(client, failed.failure);
    if (late) return 'the attempt before ran out of time';
  }
  return 'the server does not say why';
}
