import type { Client, Connection } from '@temporalio/client';
import { httpTaskQueue } from '../core/ids';
import { askServer, namespaceFacts, type NamespaceFacts } from './ask-server';
import { describeQueue, queueType } from './task-queues';

/** Servers refuse to be asked for work for less than 2 s (1.29.1: "Context timeout is too short"). */
const taskPollLimitMs = 3000;

/** A worker as the server knows it: who last asked a task queue for work, and when (milliseconds since 1970). */
export interface Poller {
  identity: string;
  lastAccessMs: number | null;
  /** Package and version of its SDK, or null. */
  sdk: string | null;
  /** The version of a deployment that it belongs to, or null. */
  version: DeploymentVersion | null;
  /** Most activities a second that it asks the server to give out, on the whole queue; null for none. */
  ratePerSecond: number | null;
}

/** A version of a worker deployment, for Worker Versioning. */
export interface DeploymentVersion {
  deploymentName: string;
  buildId: string;
}

/** The rate that the server holds on a queue, and whether workers have asked for it. */
export interface QueueRate {
  perSecond: number;
  byWorkers: boolean;
}

/** What a namespace's server says of itself and of its workers. */
export interface ServerFacts {
  version: string;
  namespace: NamespaceFacts;
  /** Who serves workflows, files and reports, and requests to the API. */
  workflowPollers: Poller[];
  activityPollers: Poller[];
  httpPollers: Poller[];
  /** The version that is given workflows; null where that is workers without one. */
  currentVersion: DeploymentVersion | null;
  /** The version that is given a share of them; null without one. */
  rampingVersion: DeploymentVersion | null;
  /** The rate that is held on requests to the API; null when the server does not say. */
  rate: QueueRate | null;
}

/** Where a rate comes from (temporal/api/enums/v1, RateLimitSource). */
const fromWorkers = 2;

/** Asks the server; rejects when it does not answer within 10 s. */
export async function serverFacts(client: Client, taskQueue: string): Promise<ServerFacts> {
  const [system, namespace, workflows, activities, http] = await askServer(client, ({ workflowService }) =>
    Promise.all([
      workflowService.getSystemInfo({}),
      namespaceFacts(client),
      describeQueue(client, taskQueue, queueType.workflow),
      describeQueue(client, taskQueue, queueType.activity),
      describeQueue(client, httpTaskQueue(taskQueue), queueType.activity),
    ]),
  );
  const limit = http.effectiveRateLimit;
  return {
    version: system.serverVersion,
    namespace,
    workflowPollers: workflows.pollers.map(pollerOf),
    activityPollers: activities.pollers.map(pollerOf),
    httpPollers: http.pollers.map(pollerOf),
    currentVersion: versionOf(workflows.versioningInfo?.currentDeploymentVersion),
    rampingVersion: versionOf(workflows.versioningInfo?.rampingDeploymentVersion),
    rate: limit
      ? { perSecond: limit.requestsPerSecond ?? 0, byWorkers: Number(limit.rateLimitSource) === fromWorkers }
      : null,
  };
}

/**
 * How far the server's clock is ahead of ours, in milliseconds, give or take the time of a request; null when it cannot
 * be learnt. No answer of the server tells its time, but it notes when a queue was last asked for work: so we ask one
 * of our own, and leave.
 */
export async function clockAhead(client: Client): Promise<number | null> {
  const name = `prism-imports-clock-${crypto.randomUUID()}`;
  const leaving = new AbortController();
  const askedMs = Date.now();
  let over = false;
  const asking = client
    .withAbortSignal(leaving.signal, () => askForWork(client, name))
    .catch(() => undefined)
    .finally(() => (over = true));
  try {
    for (;;) {
      const wasOver = over;
      const { pollers } = await askServer(client, () => describeQueue(client, name, queueType.activity));
      const [seen] = pollers.map(pollerOf);
      if (seen !== undefined && seen.lastAccessMs !== null) return seen.lastAccessMs - askedMs;
      if (wasOver) return null;
    }
  } finally {
    leaving.abort();
    await asking;
  }
}

function askForWork(client: Client, name: string): Promise<unknown> {
  const { namespace } = client.options;
  const { workflowService } = client.connection as Connection;
  const asked = { namespace, taskQueue: { name }, identity: 'prism-imports doctor' };
  return client.withDeadline(Date.now() + taskPollLimitMs, () =>
    workflowService.pollActivityTaskQueue(asked),
  );
}

type ServersPoller = Awaited<ReturnType<typeof describeQueue>>['pollers'][number];

function pollerOf({
  identity,
  lastAccessTime,
  workerVersionCapabilities,
  deploymentOptions,
  ratePerSecond,
}: ServersPoller): Poller {
  const { seconds, nanos } = lastAccessTime ?? {};
  const rate = ratePerSecond ?? 0;
  return {
    identity: identity ?? '',
    lastAccessMs: seconds == null ? null : Number(seconds) * 1000 + (nanos ?? 0) / 1e6,
    sdk: /^[^+]+/.exec(workerVersionCapabilities?.buildId ?? '')?.[0] ?? null,
    version:
      Number(deploymentOptions?.workerVersioningMode) === versioned ? versionOf(deploymentOptions) : null,
    ratePerSecond: rate > 0 && rate < unlimited ? rate : null,
  };
}

/** A worker that belongs to a version (temporal/api/enums/v1, WorkerVersioningMode). */
const versioned = 2;

function versionOf(given: Partial<Record<keyof DeploymentVersion, string | null>> | null | undefined) {
  const { deploymentName, buildId } = given ?? {};
  return deploymentName && buildId ? { deploymentName, buildId } : null;
}

/** What the server says of a poller that asks for no limit (measured on 1.29.1). */
const unlimited = 100_000;
