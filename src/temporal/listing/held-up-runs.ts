import type { Client } from '@temporalio/client';
import { httpTaskQueue } from '../../core/ids';
import { askServer } from '../ask-server';
import { grpcCode, grpcCodeOf } from '../problem';
import { failureMessage } from '../payloads/read-payload';
import type { ListedImport } from './listing';
import { clockAhead } from '../server-facts';
import { describeQueue, isPolling, queueType, serverTimeMs, type LastPoll } from '../task-queues';

/** How many runs are checked at most. */
export const maxChecked = 200;
/** How many are checked at once. */
const checkedAtOnce = 20;

/** A workflow task may fail occasionally, for instance when a worker stops; from this attempt, its run is stalled. */
const minAttempt = 3;

/** How many events at the end of a history are searched for the failure of its last workflow task. */
const lastEvents = 10;

const maxShownFailure = 300;

/** What keeps an open run from progressing. */
export interface HeldUp {
  /** Why no worker completes its workflow tasks, or null. */
  stalled: string | null;
  /** The task queues that it needs and that no worker polls. */
  unserved: string[];
  /** The task queue that the run was started on, which workers know as `PRISM_TASK_QUEUE`; null if unknown. */
  taskQueue: string | null;
}

type Run = Pick<ListedImport, 'workflowId' | 'runId'>;

/**
 * What holds up the open runs, by run id. Either no worker completes their workflow tasks, for instance because none
 * has the codec for their payloads; or their task queue has no worker, for instance because its name was mistyped.
 * Checks the first 200 runs, with one request each, one more for a stalled run, and three for each of their task
 * queues.
 */
export async function heldUpRuns(client: Client, runs: readonly Run[]): Promise<Map<string, HeldUp>> {
  const heldUp = new Map<string, HeldUp>();
  const unserved = new Map<string, Promise<string[]>>();
  let ahead: Promise<number | null> | undefined;
  const aheadMs = () => (ahead ??= clockAhead(client));
  const unservedOf = (taskQueue: string): Promise<string[]> => {
    const known = unserved.get(taskQueue) ?? unservedQueues(client, taskQueue, aheadMs);
    unserved.set(taskQueue, known);
    return known;
  };
  const asked = runs.slice(0, maxChecked);
  for (let at = 0; at < asked.length; at += checkedAtOnce) {
    const some = asked.slice(at, at + checkedAtOnce);
    const found = await Promise.all(some.map((run) => whatHoldsUp(client, run, unservedOf)));
    some.forEach(({ runId }, index) => {
      const what = found[index];
      if (what != null) heldUp.set(runId, what);
    });
  }
  return heldUp;
}

async function whatHoldsUp(
  client: Client,
  execution: Run,
  unservedOf: (taskQueue: string) => Promise<string[]>,
): Promise<HeldUp | null> {
  const { namespace } = client.options;
  try {
    const { pendingWorkflowTask, executionConfig } = await askServer(client, ({ workflowService }) =>
      workflowService.describeWorkflowExecution({
        namespace,
        execution: { workflowId: execution.workflowId, runId: execution.runId },
      }),
    );
    const taskQueue = executionConfig?.taskQueue?.name ?? null;
    const unserved = taskQueue === null ? [] : await unservedOf(taskQueue);
    const attempt = pendingWorkflowTask?.attempt ?? 1;
    if (attempt < minAttempt) return { stalled: null, unserved, taskQueue };
    const failure = (await lastFailure(client, execution)).slice(0, maxShownFailure);
    return { stalled: `its workflow task is at attempt ${attempt}: ${failure}`, unserved, taskQueue };
  } catch (error) {
    if (grpcCodeOf(error) === grpcCode.notFound) return null; // it has ended and been deleted since it was listed
    throw error;
  }
}

/**
 * The task queues of a worker that nobody polls any more. If all pollers of a queue seem gone by our clock, or a poll
 * lies in the future, the server's time decides.
 */
async function unservedQueues(
  client: Client,
  taskQueue: string,
  aheadMs: () => Promise<number | null>,
): Promise<string[]> {
  const needed = [
    [taskQueue, queueType.workflow],
    [taskQueue, queueType.activity],
    [httpTaskQueue(taskQueue), queueType.activity],
  ] as const;
  const described = await askServer(client, () =>
    Promise.all(needed.map(([name, type]) => describeQueue(client, name, type))),
  );
  const lastPolls = described.map(({ pollers }) =>
    pollers.map(({ lastAccessTime }) => ({ lastAccessMs: serverTimeMs(lastAccessTime) })),
  );
  const seenMs = Date.now();
  const isClear = lastPolls.every(
    (polls) => polls.length === 0 || polls.some((poll) => isClearlyPolling(poll, seenMs)),
  );
  const skewMs = isClear ? 0 : await aheadMs();
  // If the server's time is unknown, every poller that it lists counts.
  const isServed = (polls: LastPoll[]) =>
    skewMs === null ? polls.length > 0 : polls.some((poll) => isPolling(poll, seenMs + skewMs));
  const unserved = needed.filter((_, index) => !isServed(lastPolls[index] ?? []));
  return [...new Set(unserved.map(([name]) => name))];
}

/** Whether a poller is active by our clock, and its last poll does not lie in the future. */
const isClearlyPolling = (poll: LastPoll, nowMs: number): boolean =>
  isPolling(poll, nowMs) && (poll.lastAccessMs ?? 0) <= nowMs + 5000;

async function lastFailure(client: Client, { workflowId, runId }: Run): Promise<string> {
  const { namespace } = client.options;
  const { history } = await askServer(client, ({ workflowService }) =>
    workflowService.getWorkflowExecutionHistoryReverse({
      namespace,
      execution: { workflowId, runId },
      maximumPageSize: lastEvents,
    }),
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
