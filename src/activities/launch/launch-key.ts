import { activityInfo, Context } from '@temporalio/activity';
import { launchKey, pipelinesFolder } from '../../ports/storage-layout';
import { invalidInput } from '../to-failure';

/** The launch key of the pipeline that asks. */
export function launchKeyOf(firstExecutionRunId: string): string {
  const { namespace, execution } = callingWorkflow();
  return launchKey(namespace, execution.workflowId, firstExecutionRunId);
}

/** Where a pipeline keeps its files, below the storage. */
export const folderOf = (key: string): string => `${pipelinesFolder}/${key}`;

/** The same by one of its idempotency keys, which begin with its launch key. */
export const folderOfKey = (idempotencyKey: string): string =>
  folderOf(idempotencyKey.slice(0, idempotencyKey.indexOf('-')));

/** How long the server is asked for the first run. */
export const proofWaitMs = 5000;
/** Most runs whose first run is remembered. */
const maxKnownRuns = 1000;
const firstRuns = new Map<string, Promise<string>>();

/**
 * The first run of the workflow that asks, as the server says it in the first event of the present run: an input can
 * claim any. Asked once a run. Rejects when the server cannot be asked.
 */
export function provenFirstRun(): Promise<string> {
  const { runId = '' } = activityInfo().workflowExecution ?? {};
  const known = firstRuns.get(runId) ?? askFirstRun();
  firstRuns.delete(runId);
  firstRuns.set(runId, known);
  known.catch(() => firstRuns.delete(runId));
  const [oldest = ''] = firstRuns.keys();
  if (firstRuns.size > maxKnownRuns) firstRuns.delete(oldest);
  return known;
}

async function askFirstRun(): Promise<string> {
  const { namespace, execution } = callingWorkflow();
  const { client } = Context.current();
  const asked = { namespace, execution, maximumPageSize: 1 };
  const { history } = await client.withDeadline(Date.now() + proofWaitMs, () =>
    client.workflowService.getWorkflowExecutionHistory(asked),
  );
  return history?.events?.[0]?.workflowExecutionStartedEventAttributes?.firstExecutionRunId ?? '';
}

/** Throws `InvalidInput` for an activity that no workflow has asked for. */
function callingWorkflow() {
  const { namespace, workflowExecution: execution } = activityInfo();
  if (execution === undefined) throw invalidInput('only a workflow can ask for this');
  return { namespace, execution };
}
