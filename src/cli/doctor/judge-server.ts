import { counted } from '../../core/details/markdown';
import { describeDuration } from '../../core/duration';
import { startWorker } from '../command-line';
import { failedNoticesText } from '../list/print-failed-notices';
import { fine, problem, warning, type Finding } from './findings';
import { keyLimits } from '../../core/api/limits';
import { maxPipelineIdBytes, maxWorkflowIdBytes } from '../../core/workflow-id-limits';
import {
  namespaceFlags,
  retentionFix,
  searchAttributesVerdict,
  type NamespaceAddress,
  type SearchAttributeState,
  type UsedSlots,
} from '../../temporal/namespace-verdicts';
import type { FailedNotices } from '../../temporal/listing/failed-notices';
import type { HeldUp } from '../../temporal/listing/held-up-runs';
import type { NamespaceFacts } from '../../temporal/ask-server';
import { idRoomProblem, type IdRoom } from '../../temporal/id-room';
import { shellWord } from '../../temporal/shell-word';
import { isPolling } from '../../temporal/task-queues';
import type { DeploymentVersion, Poller, QueueRate, ServerFacts } from '../../temporal/server-facts';

/** Oldest minor version of server 1.x that this project is tested with. */
const minMinor = 27;
/** From this minor version of server 1.x, priority keys work by default (measured: not on 1.29.1, on 1.31.2). */
const priorityMinor = 31;

/** Judges the version of the server. */
export function judgeServer(version: string, { address }: NamespaceAddress): Finding {
  const check = 'Temporal server';
  const seen = `${version || 'unknown version'} at ${address}`;
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version) ?? [];
  if (major !== '1' || minor === undefined) return fine(check, seen);
  if (Number(minor) < minMinor)
    return warning(
      check,
      `${seen}, older than any tested version`,
      `Upgrade the server to 1.${minMinor} or later.`,
    );
  if (Number(minor) >= priorityMinor) return fine(check, seen);
  return fine(check, `${seen}; rescue polls get priority only on 1.${priorityMinor} or later`);
}

/** Judges whether the namespace is usable, and its retention. */
export function judgeNamespace(
  { retentionSeconds: seconds, isDeprecated }: NamespaceFacts,
  at: NamespaceAddress,
): Finding {
  const check = 'Namespace';
  if (isDeprecated)
    return problem(
      check,
      `${at.namespace} is deprecated: open workflows continue, but nothing new can start`,
      'Set TEMPORAL_NAMESPACE to another namespace for workers and callers. Keep the workers of the deprecated one running until none of its workflows is open.',
    );
  if (seconds === 0) return fine(check, at.namespace);
  const seen = `${at.namespace}, keeps closed workflows for ${describeDuration(seconds * 1000)}`;
  const fix = retentionFix(seconds, at);
  return fix === null
    ? fine(check, seen)
    : warning(check, `${seen}; after that, results of trackers are gone`, fix);
}

/** Judges the search attributes. */
export function judgeSearchAttributes(
  states: readonly SearchAttributeState[],
  at: NamespaceAddress,
  used: UsedSlots = null,
): Finding {
  const check = 'Search attributes';
  const found = searchAttributesVerdict(states, at, used);
  switch (found.verdict) {
    case 'wrong_type':
      return problem(check, found.seen, `${found.removeCommand} && prism-imports setup`);
    case 'missing':
      return problem(check, `missing: ${found.names.join(', ')}`, 'prism-imports setup');
    case 'full':
      return problem(check, found.seen, found.fix);
    case 'usable':
      return fine(check, `all ${states.length} exist`);
  }
}

/** Judges the longest id that the server accepts. */
export function judgeIdRoom(room: IdRoom): Finding {
  const check = 'Workflow ids';
  const found = idRoomProblem(room);
  if (found !== null) return (found.certain ? problem : warning)(check, found.seen, found.fix);
  return fine(
    check,
    `the server accepts ${maxWorkflowIdBytes} bytes, our maximum; pipeline ids may have ${maxPipelineIdBytes}`,
  );
}

/** Judges the workers of a task queue. `work` says what they do, in words. */
export function judgePollers(
  { taskQueue, work }: { taskQueue: string; work: string },
  pollers: readonly Poller[],
  nowMs: number,
): Finding {
  const check = `Workers for ${work}`;
  const start = 'prism-imports worker';
  if (pollers.length === 0)
    return problem(
      check,
      `no worker polls the task queue ${taskQueue}`,
      `${start}, with PRISM_TASK_QUEUE as here`,
    );
  const there = pollers.filter((each) => isPolling(each, nowMs));
  const shown = there.length > 0 ? there : pollers;
  const names = shown.slice(0, 5).map(({ identity, sdk, lastAccessMs }) => {
    const silence = describeDuration(lastAccessMs === null ? 0 : Math.max(0, nowMs - lastAccessMs));
    return `${identity} ${silence} ago${sdk === null ? '' : ` (${sdk})`}`;
  });
  const more = shown.length > names.length ? ` and ${shown.length - names.length} more` : '';
  const gone = pollers.length - shown.length;
  const ofGone = gone === 0 ? '' : `; gone in the last minutes: ${counted(gone, 'worker')}`;
  const seen = `${taskQueue}: ${names.join(', ')}${more}${ofGone}`;
  if (there.length > 0) return fine(check, seen);
  return warning(check, seen, `Check whether the worker still runs; if not: ${start}`);
}

const sameVersion = (one: DeploymentVersion | null, other: DeploymentVersion | null): boolean =>
  one?.deploymentName === other?.deploymentName && one?.buildId === other?.buildId;

/** If pollers have deployment versions, judges whether they receive workflows. */
export function judgeVersions(
  pollers: readonly Poller[],
  {
    currentVersion: current,
    rampingVersion: ramping,
  }: Pick<ServerFacts, 'currentVersion' | 'rampingVersion'>,
  at: NamespaceAddress,
): Finding[] {
  const check = 'Worker Versioning';
  const [one] = pollers.flatMap(({ version }) => version ?? []);
  const known = one ?? current;
  if (pollers.length === 0 || known === null) return [];
  const seen =
    current === null
      ? 'no version is current: workflows go to unversioned workers'
      : `${current.deploymentName} ${current.buildId} is current: workflows go to its workers`;
  const isGiven = ({ version }: Poller) =>
    sameVersion(version, current) || (ramping !== null && sameVersion(version, ramping));
  if (pollers.some(isGiven)) return [fine(check, seen)];
  const wanted = one === undefined ? '--unversioned' : `--build-id ${shellWord(one.buildId)}`;
  const command = `temporal worker deployment set-current-version ${namespaceFlags(at)}`;
  const fix = `${command} --deployment-name ${shellWord(known.deploymentName)} ${wanted}`;
  return [problem(check, `${seen}, but none of them polls`, fix)];
}

/** Judges the open workflows by what holds them up: tasks that no worker completes, queues without workers. */
export function judgeOpenRuns(runs: readonly (readonly [workflowId: string, what: HeldUp])[]): Finding[] {
  const stalled = runs.flatMap(([workflowId, what]) =>
    what.stalled === null ? [] : [`${workflowId} (${what.stalled})`],
  );
  return [judgeTasks(stalled), judgeQueues(runs)];
}

function judgeTasks(stalled: readonly string[]): Finding {
  const check = 'Workflow tasks';
  if (stalled.length === 0) return fine(check, 'no open import is stalled');
  return problem(
    check,
    `no worker can complete the workflow tasks of ${someOf(stalled)}`,
    'Give every worker the version, PRISM_PAYLOAD_CODEC and PRISM_ENCRYPTION_KEYS (old keys too) of the previous workers; the imports then continue by themselves.',
  );
}

function judgeQueues(runs: readonly (readonly [workflowId: string, what: HeldUp])[]): Finding {
  const check = 'Task queues';
  const waiting = new Map<string, string[]>();
  for (const [workflowId, { unserved, taskQueue }] of runs)
    if (unserved.length > 0 && taskQueue !== null)
      waiting.set(taskQueue, [...(waiting.get(taskQueue) ?? []), workflowId]);
  if (waiting.size === 0) return fine(check, 'every task queue of an open import has a worker');
  const seen = [...waiting].map(([taskQueue, workflows]) => `${taskQueue}, needed by ${someOf(workflows)}`);
  return problem(
    check,
    `no worker serves all of ${seen.join('; ')}`,
    startWorker([...waiting.keys()].join(' or ')),
  );
}

/** The Nexus endpoints through which other namespaces call. Few deployments need one, so none is not a finding. */
export const judgeEndpoints = (names: readonly string[] | null): Finding[] =>
  names === null || names.length === 0
    ? []
    : [
        fine(
          'Nexus endpoints',
          `${names.join(', ')}: ${names.length === 1 ? 'leads' : 'lead'} to these workers`,
        ),
      ];

/** Judges the failed notices to webhooks, as long as the namespace keeps them. */
export function judgeNotices(found: FailedNotices): Finding {
  const check = 'Notices';
  if (found.count === 0) return fine(check, 'no delivery to a webhook failed');
  return warning(check, failedNoticesText(found), found.command);
}

/** The first five items of a list, and how many more there are. */
function someOf(names: readonly string[]): string {
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `${names.slice(0, 5).join(', ')}${more}`;
}

/** Judges the server's rate limit on requests to the API. `wanted` is the local `PRISM_REQUESTS_PER_SECOND`. */
export function judgeRate(rate: QueueRate | null, pollers: readonly Poller[], wanted: number): Finding {
  const check = 'Rate limit';
  const asked = [...new Set(pollers.flatMap(({ ratePerSecond }) => ratePerSecond ?? []))];
  if (asked.length > 1)
    return warning(
      check,
      `workers set different rates: ${asked.join(', ')} requests/s`,
      'Give every worker the same PRISM_REQUESTS_PER_SECOND, and restart those that differ.',
    );
  const inForce = rate?.byWorkers === true ? rate.perSecond : asked[0];
  if (inForce === undefined)
    return fine(check, `not in force, since no worker runs; ${wanted} requests/s is set here`);
  const seen = `${inForce} requests/s for all workers together`;
  if (inForce !== wanted)
    return warning(
      check,
      `${seen}, ${wanted} set here`,
      'Set PRISM_REQUESTS_PER_SECOND here to the value of the workers.',
    );
  if (inForce <= keyLimits.requestsPerSecond) return fine(check, seen);
  return warning(
    check,
    `${seen}; the API allows a key ${keyLimits.requestsPerSecond}`,
    `Set PRISM_REQUESTS_PER_SECOND to ${keyLimits.requestsPerSecond} or less and restart the workers, unless Micro allows this key more.`,
  );
}
