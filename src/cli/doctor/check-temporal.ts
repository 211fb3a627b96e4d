import type { Client } from '@temporalio/client';
import sdk from '@temporalio/client/package.json';
import type { Config } from '../../config/config';
import { problem, type Finding } from './findings';
import { judgeCleaning } from './judge-cleaning';
import { judgeClock, judgeNode } from './judge-host';
import { httpTaskQueue } from '../../core/ids';
import {
  judgeEndpoints,
  judgeIdRoom,
  judgeNamespace,
  judgeNotices,
  judgeOpenRuns,
  judgePollers,
  judgeRate,
  judgeSearchAttributes,
  judgeServer,
  judgeVersions,
} from './judge-server';
import { judgePollsToCome } from './judge-requests';
import { judgeImports, judgePipelines, type SeenTrouble } from './judge-trouble';
import { countTrouble, indexCounts } from '../../temporal/listing/index-counts';
import { lastCleaning } from '../../temporal/cleaning/last-cleaning';
import { idRoom } from '../../temporal/id-room';
import { endpointsTo } from '../../temporal/nexus-endpoints';
import { failedNotices } from '../../temporal/listing/failed-notices';
import { listImports, type ListedType } from '../../temporal/listing/list-imports';
import type { ListFilter } from '../../temporal/listing/listing';
import { searchAttributeStates, usedSlots } from '../../temporal/search-attributes';
import { clockAhead, serverFacts, type Poller } from '../../temporal/server-facts';
import { heldUpRuns, type HeldUp } from '../../temporal/listing/held-up-runs';
import { isPolling } from '../../temporal/task-queues';
import { rootMessage } from '../../temporal/problem';
import { wantedPolls } from '../requests/wanted-polls';
import type { SpentRequests } from '../requests/worker-requests';
import { connect } from '../connect';
import { explain } from '../errors';

/** Checks this program's versions of Node and the SDK. */
export const programFinding = (): Finding => judgeNode(process.version, sdk.version);

/**
 * Checks everything that Temporal can report, including against the requests spent this month. If Temporal cannot be
 * reached, that is a finding of its own.
 */
export async function temporalFindings(config: Config, spent: SpentRequests): Promise<Finding[]> {
  let client: Client;
  try {
    client = await connect(config);
  } catch (error) {
    return [
      problem(
        'Temporal server',
        explain(error).message,
        'Fix this first; the checks of Temporal were skipped.',
      ),
    ];
  }
  try {
    return await serverFindings(client, config, spent);
  } catch (error) {
    return [
      problem(
        'Temporal server',
        explain(error).message,
        'Allow this client to describe the namespace and its task queues.',
      ),
    ];
  } finally {
    await client.connection.close();
  }
}

async function serverFindings(
  client: Client,
  { temporal, taskQueue, requestsPerSecond, requestsPerMonth, keepStoredMs }: Config,
  spent: SpentRequests,
): Promise<Finding[]> {
  const facts = await serverFacts(client, taskQueue);
  const states = await searchAttributeStates(client);
  const aheadMs = await clockAhead(client);
  const nowMs = Date.now() + (aheadMs ?? 0);
  const there = (pollers: readonly Poller[]) => pollers.filter((each) => isPolling(each, nowMs));
  const served = (work: string, queue: string, pollers: readonly Poller[]) =>
    judgePollers({ taskQueue: queue, work }, pollers, nowMs);
  return [
    judgeServer(facts.version, temporal),
    judgeNamespace(facts.namespace, temporal),
    judgeSearchAttributes(states, temporal, await usedSlots(client)),
    judgeIdRoom(await idRoom(client)),
    served('workflows', taskQueue, facts.workflowPollers),
    ...judgeVersions(there(facts.workflowPollers), facts, temporal),
    served('files', taskQueue, facts.activityPollers),
    served('requests', httpTaskQueue(taskQueue), facts.httpPollers),
    judgeRate(facts.rate, there(facts.httpPollers), requestsPerSecond),
    judgeClock('Temporal', aheadMs),
    ...judgeEndpoints(await endpointsTo(client, { namespace: temporal.namespace, taskQueue })),
    ...judgeOpenRuns(await heldUpWorkflows(client)),
    judgeImports(await troubleOf(client, 'trackImport')),
    judgePipelines(await troubleOf(client, 'importRecords')),
    judgeNotices(await failedNotices(client, temporal, null)),
    judgePollsToCome(await wantedPolls(client, taskQueue), { spent, requestsPerMonth }),
    ...judgeCleaning(await lastCleaning(client, taskQueue), {
      at: temporal,
      isWanted: keepStoredMs !== null,
      nowMs,
    }),
  ];
}

/** Servers accept 10 requests to the index per second. */
const indexSpacingMs = 100;

/** The open workflows of a type in the namespace, on any task queue, and how many of them have problems. */
async function troubleOf(client: Client, type: ListedType): Promise<SeenTrouble> {
  const index = indexCounts(client, { spacingMs: indexSpacingMs });
  const running = `WorkflowType = '${type}' AND ExecutionStatus = 'Running'`;
  try {
    return { open: await index.count(running), trouble: await countTrouble(index, running) };
  } catch (error) {
    return { unknown: rootMessage(error) };
  }
}

/** Open trackers and pipelines and what holds them up; checks the 200 most urgent of each. */
async function heldUpWorkflows(client: Client): Promise<[workflowId: string, HeldUp][]> {
  const filter: ListFilter = {
    teamId: null,
    statuses: ['processing'],
    startedBefore: null,
    startedAfter: null,
  };
  const lists = [
    await listImports(client, 'importRecords', filter, 100),
    await listImports(client, 'trackImport', filter, 100),
  ];
  const open = lists.flatMap(({ rows }) => rows);
  const heldUp = await heldUpRuns(client, open);
  return open.flatMap(({ workflowId, runId }): [string, HeldUp][] => {
    const what = heldUp.get(runId);
    return what === undefined ? [] : [[workflowId, what]];
  });
}
