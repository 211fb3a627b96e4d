import type { Client } from '@temporalio/client';
import { repeatUntilStopped, type RepeatedTask } from './repeat-until-stopped';

/** Flags of `temporal server start-dev`, from server 1.32, that let workflows skip time. */
export const timeSkippingFlags: readonly string[] = [
  'frontend.WorkflowTimeSkippingEnabled=true',
  // The name in later servers.
  'system.WorkflowTimeSkippingEnabled=true',
  // How long after a skip the server checks for due timers; its default is a second.
  'history.timerProcessorMaxTimeShift="10ms"',
  // For the server, a run that continues others starts later by the time that those skipped. If it ends before that,
  // its duration counts as zero, and the server makes the next run wait until then.
  'history.workflowIdReuseMinimalInterval="0s"',
].flatMap((value) => ['--dynamic-config-value', value]);

/** More than any workflow needs. The server's own limit of 200 would end a week of polls early. */
const maxSkips = 1_000_000;

/**
 * Lets a running workflow skip time from now on, with the children that it starts and the runs that it continues as.
 * While it has no activity, child or signal pending, its clock jumps to its next timer; other clocks do not change.
 * Rejects if the server cannot do this, or the workflow has ended.
 */
export async function skipTime(
  client: Client,
  execution: { workflowId: string; runId?: string },
): Promise<void> {
  await client.workflowService.updateWorkflowExecutionOptions({
    namespace: client.options.namespace,
    workflowExecution: execution,
    workflowExecutionOptions: { timeSkippingConfig: { enabled: true, maxSessionSkipCount: maxSkips } },
    updateMask: { paths: ['time_skipping_config'] },
  });
}

/**
 * Lets all workflows that match a query of the index skip time, now and in future. For callers in any language, whose
 * SDKs cannot request it: a workflow skips time within a second of its start. Failures are retried; workflows that end
 * in the meantime are ignored. Stopping this leaves the workflows found so far unchanged.
 */
export function skipTimeOfAll(client: Client, query: string): RepeatedTask {
  const seen = new Set<string>();
  return repeatUntilStopped(async (stopped) => {
    for await (const { workflowId, runId } of client.workflow.list({ query })) {
      if (stopped.aborted) return;
      if (seen.has(runId)) continue;
      const skips = skipTime(client, { workflowId, runId }).then(() => seen.add(runId));
      // One failure must not stop the others.
      await skips.catch(() => undefined);
    }
  });
}
