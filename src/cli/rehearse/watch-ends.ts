import type { Client } from '@temporalio/client';
import { describeDuration } from '../../core/duration';
import type { ImportOutcome } from '../../core/tracker/outcome';
import { count } from '../../core/details/markdown';
import { repeatUntilStopped, type RepeatedTask } from '../../dev/repeat-until-stopped';
import { printJsonLine, printLine } from '../terminal/output';

/** The last run of a tracker, however it ended; runs that continued as new do not count. */
const ended = "WorkflowType='trackImport' AND ExecutionStatus NOT IN ('Running', 'ContinuedAsNew')";

/** Prints a line for each tracker that ends: how, and after how long on its own clock. */
export function watchEnds(client: Client, json: boolean): RepeatedTask {
  const printed = new Set<string>();
  return repeatUntilStopped(async () => {
    for await (const { workflowId, runId, status } of client.workflow.list({ query: ended })) {
      if (printed.has(runId)) continue;
      const outcome =
        status.name === 'COMPLETED'
          ? ((await client.workflow.getHandle(workflowId, runId).result()) as ImportOutcome)
          : null;
      printed.add(runId);
      printEnd({ workflowId, status: status.name.toLowerCase(), outcome }, json);
    }
  });
}

interface End {
  workflowId: string;
  /** The workflow's status, if it has no outcome. */
  status: string;
  outcome: ImportOutcome | null;
}

function printEnd({ workflowId, status, outcome }: End, json: boolean): void {
  if (outcome === null)
    return json ? printJsonLine({ workflowId, status }) : printLine(`${workflowId}: ${status}`);
  const { polls, startedAt, endedAt } = outcome.tracking;
  const lastedMs = Date.parse(endedAt) - Date.parse(startedAt);
  if (json) return printJsonLine({ workflowId, status: outcome.status, polls, lastedMs });
  const spent = `${count(polls)} ${polls === 1 ? 'poll' : 'polls'}`;
  printLine(`${workflowId}: ${outcome.status} after ${describeDuration(lastedMs)} and ${spent}`);
}
