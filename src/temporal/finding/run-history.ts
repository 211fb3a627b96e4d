import type { Client } from '@temporalio/client';
import { askServer } from '../ask-server';

/** What a tracker's history reveals without its worker. Times are ISO 8601 UTC. */
export interface RunHistory {
  /**
   * When the last poll ended, whether or not it succeeded. Null if the last events of the run and its predecessors
   * contain none.
   */
  lastPollAt: string | null;
  /** Who started the workflow, in words. */
  startedBy: string;
}

/** How many events at the end of a history are searched for the last poll. */
const lastEvents = 200;

const pollActivities = ['getImportStatus', 'getImportStatusAndFailures'];

/** A run, and the first of its chain, which continued as new until it became this one. */
interface Run {
  workflowId: string;
  runId: string;
  firstRunId: string | null;
}

/** Reads the beginning and the end of a run's history, in two requests. */
export async function runHistory(client: Client, run: Run): Promise<RunHistory> {
  const [startedBy, lastPollAt] = await Promise.all([starterOf(client, run), lastPollOf(client, run)]);
  return { startedBy, lastPollAt };
}

async function starterOf(client: Client, { workflowId, runId, firstRunId }: Run): Promise<string> {
  const { namespace } = client.options;
  const first = (id: string) =>
    askServer(client, ({ workflowService }) =>
      workflowService.getWorkflowExecutionHistory({
        namespace,
        execution: { workflowId, runId: id },
        maximumPageSize: 1,
      }),
    );
  // The server may have deleted the first run by now.
  const { history } = await first(firstRunId ?? runId).catch(() => first(runId));
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  const parent = started?.parentWorkflowExecution?.workflowId;
  if (parent) return `workflow ${parent}`;
  return started?.identity ? `the client ${started.identity}` : 'a client without an identity';
}

async function lastPollOf(
  client: Client,
  { workflowId, runId }: Pick<Run, 'workflowId' | 'runId'>,
): Promise<string | null> {
  const { namespace } = client.options;
  const { history } = await askServer(client, ({ workflowService }) =>
    workflowService.getWorkflowExecutionHistoryReverse({
      namespace,
      execution: { workflowId, runId },
      maximumPageSize: lastEvents,
    }),
  );
  const endedAt = new Map<string, string>();
  let previousRunId: string | null | undefined;
  for (const event of history?.events ?? []) {
    const { activityTaskScheduledEventAttributes: scheduled, eventTime } = event;
    previousRunId = event.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    const ended =
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes;
    const seconds = Number(eventTime?.seconds ?? 0);
    if (ended) endedAt.set(String(ended.scheduledEventId), new Date(seconds * 1000).toISOString());
    const at = scheduled ? endedAt.get(String(event.eventId)) : undefined;
    if (at !== undefined && pollActivities.some((type) => type === scheduled?.activityType?.name)) return at;
  }
  // A run that has just continued as new has not polled yet; the namespace may have deleted its predecessor.
  if (!previousRunId) return null;
  return lastPollOf(client, { workflowId, runId: previousRunId }).catch(() => null);
}
