import type { Client } from '@temporalio/client';
import { askServer } from '../ask-server';
import { indexClient } from '../index-client';
import { prismJobIdKey, prismTeamIdKey } from '../../workflows/messages';
import { readPayload } from '../payloads/read-payload';
import { grpcCode, grpcCodeOf, TemporalProblem } from '../problem';

/** What the first event of a run contains. Inputs that cannot be read are null. */
interface OpenRun {
  workflowId: string;
  firstExecutionRunId: string;
  teamId: string | null;
  jobId: string | null;
  sourceUri: string | null;
}

/** How many histories are read at once. */
const atOnce = 8;

/** The open workflows of a namespace. */
export interface OpenWorkflows {
  namespace: string;
  pipelines: OpenRun[];
  imports: OpenRun[];
}

/** Finds the open workflows in a client's namespace, and calls `onRun` for each. Rejects as {@link openRuns} does. */
export async function openWork(client: Client, onRun: () => void = () => undefined): Promise<OpenWorkflows> {
  const pipelines = await openRuns(client, 'importRecords', onRun);
  const imports = await openRuns(client, 'trackImport', onRun);
  return { namespace: client.options.namespace, pipelines, imports };
}

/**
 * The open runs of a workflow type in the namespace, on any task queue. Finds trackers by their search attributes.
 * Finds pipelines, and trackers without search attributes, by their first event, which costs one request per run. Skips
 * runs that end in the meantime. Rejects if the server does not answer.
 */
async function openRuns(
  client: Client,
  type: 'importRecords' | 'trackImport',
  onRun: () => void,
): Promise<OpenRun[]> {
  const query = `WorkflowType = '${type}' AND ExecutionStatus = 'Running'`;
  const found: OpenRun[] = [];
  let asking: Promise<OpenRun | null>[] = [];
  const settle = async () => {
    for (const run of await Promise.all(asking)) if (run !== null) found.push(run);
    asking = [];
  };
  const runs = indexClient(client).workflow.list({ query });
  for await (const { workflowId, runId, typedSearchAttributes } of runs) {
    const teamId = typedSearchAttributes.get(prismTeamIdKey) ?? null;
    const jobId = typedSearchAttributes.get(prismJobIdKey) ?? null;
    onRun();
    if (teamId !== null && jobId !== null) {
      found.push({ workflowId, firstExecutionRunId: runId, teamId, jobId, sourceUri: null });
      continue;
    }
    asking.push(openRun(client, workflowId, runId));
    if (asking.length >= atOnce) await settle();
  }
  await settle();
  return found;
}

async function openRun(client: Client, workflowId: string, runId: string): Promise<OpenRun | null> {
  const asked = {
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  };
  try {
    const { history } = await askServer(client, ({ workflowService }) =>
      workflowService.getWorkflowExecutionHistory(asked),
    );
    const { input, firstExecutionRunId } =
      history?.events?.[0]?.workflowExecutionStartedEventAttributes ?? {};
    const [payload] = input?.payloads ?? [];
    const read = payload ? await readPayload<unknown>(client, payload).catch(() => null) : null;
    return { workflowId, firstExecutionRunId: firstExecutionRunId || runId, ...factsOf(read) };
  } catch (error) {
    if (grpcCodeOf(error) === grpcCode.notFound) return null;
    throw error;
  }
}

function factsOf(input: unknown): Pick<OpenRun, 'teamId' | 'jobId' | 'sourceUri'> {
  const { teamId, jobId, source } = (input ?? {}) as Record<string, unknown>;
  const { uri } = (source ?? {}) as Record<string, unknown>;
  return { teamId: textOrNull(teamId), jobId: textOrNull(jobId), sourceUri: textOrNull(uri) };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** The id that the server generated for a client's namespace. Rejects if the server does not report it. */
export async function namespaceId(client: Client): Promise<string> {
  const { namespace } = client.options;
  const { namespaceInfo } = await askServer(client, ({ workflowService }) =>
    workflowService.describeNamespace({ namespace }),
  );
  if (namespaceInfo?.id) return namespaceInfo.id;
  throw new TemporalProblem(
    `The server does not report the id of the namespace ${JSON.stringify(namespace)}.`,
  );
}
