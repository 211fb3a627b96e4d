import type { Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils';

/** The cost of a workflow, over all its runs. */
export interface HistoryCost {
  events: number;
  /** Billable actions visible in a history. */
  actions: number;
}

/**
 * Adds up the histories of a workflow, from its first run. Counts actions as Temporal's documentation defines them
 * ("Temporal Cloud Actions"): a start (also by continue-as-new), a timer, an activity and each retry of it, a signal,
 * an update, an upsert of search attributes.
 */
export async function historyCost(
  client: Client,
  workflowId: string,
  firstRunId: string,
): Promise<HistoryCost> {
  const cost: HistoryCost = { events: 0, actions: 0 };
  for (let runId: string | undefined = firstRunId; runId;) {
    const history: History = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const run = history.events ?? [];
    cost.events += run.length;
    cost.actions += run.reduce((sum, event) => sum + actionsOf(event), 0);
    runId = run.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return cost;
}

type HistoryEvent = NonNullable<History['events']>[number];

function actionsOf(event: HistoryEvent): number {
  const once =
    event.workflowExecutionStartedEventAttributes ??
    event.timerStartedEventAttributes ??
    event.activityTaskScheduledEventAttributes ??
    event.workflowExecutionSignaledEventAttributes ??
    event.workflowExecutionUpdateAcceptedEventAttributes ??
    event.upsertWorkflowSearchAttributesEventAttributes;
  const retries = (event.activityTaskStartedEventAttributes?.attempt ?? 1) - 1;
  return (once ? 1 : 0) + retries;
}
