import type { Client } from '@temporalio/client';
import { lookAgain, type Looking } from './look-again';

/** How `temporal server start-dev`, from server 1.32 on, is told that its workflows may skip time. */
export const timeSkippingFlags: readonly string[] = [
  'frontend.WorkflowTimeSkippingEnabled=true',
  // What later servers call it.
  'system.WorkflowTimeSkippingEnabled=true',
  // How long after a skip the server looks for timers that are due; by itself a second.
  'history.timerProcessorMaxTimeShift="10ms"',
  // A run that continues another begins, for the server, as late again as the others skipped. One that ends before that
  // is taken for one of no length, and the next is made to wait until that time.
  'history.workflowIdReuseMinimalInterval="0s"',
].flatMap((value) => ['--dynamic-config-value', value]);

/** More than any workflow has; the server's own bound of 200 ends a week of polls before its time. */
const maxSkips = 1_000_000;

/**
 * Lets a running workflow skip time from now on, as do the children that it starts and the runs that it continues as:
 * while it has no activity, child or signal under way, its clock jumps to its next timer. Its clock alone: others keep
 * theirs. Rejects where the server cannot, or the workflow has ended.
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
 * Lets the running workflows that a query of the index finds skip time, and those that will be. For callers in any
 * language, whose SDKs cannot ask for it: a workflow skips time within a second of its start. What fails is tried
 * again; a workflow that ends in the meantime is let go, and those found go on as they are once this is stopped.
 */
export function skipTimeOfAll(client: Client, query: string): Looking {
  const seen = new Set<string>();
  return lookAgain(async (stopped) => {
    for await (const { workflowId, runId } of client.workflow.list({ query })) {
      if (stopped.aborted) return;
      if (seen.has(runId)) continue;
      const skips = skipTime(client, { workflowId, runId }).then(() => seen.add(runId));
      // One that cannot must not keep those after it.
      await skips.catch(() => undefined);
    }
  });
}
