import { activityInfo, Context } from '@temporalio/activity';
import { launchKey, pipelinesFolder } from '../../ports/storage-layout';
import { invalidInput } from '../to-failure';

/** The launch key of the calling pipeline. */
export function launchKeyOf(firstExecutionRunId: string): string {
  const { namespace, execution } = callingWorkflow();
  return launchKey(namespace, execution.workflowId, firstExecutionRunId);
}

/** The folder of a pipeline's files in the storage. */
export const folderOf = (key: string): string => `${pipelinesFolder}/${key}`;

/** The same from one of its idempotency keys, which start with its launch key. */
export const folderOfKey = (idempotencyKey: string): string =>
  folderOf(idempotencyKey.slice(0, idempotencyKey.indexOf('-')));

/** Timeout for asking the server for the first run. */
export const proofWaitMs = 5000;
/** Maximum number of runs whose first run is cached. */
const maxKnownRuns = 1000;
const firstRuns = new Map<string, Promise<string>>();

/**
 * The first run of the calling workflow, read from the first event of its current run on the server, because an input
 * can claim any. Cached per run. Rejects if the server cannot be reached.
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

/** Throws `InvalidInput` if no workflow has called the activity. */
function callingWorkflow() {
  const { namespace, workflowExecution: execution } = activityInfo();
  if (execution === undefined) throw invalidInput('only a workflow can ask for this');
  return { namespace, execution };
}
