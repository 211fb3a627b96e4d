import type { Client, Connection } from '@temporalio/client';
import { httpTaskQueue } from '../core/ids';
import { askServer, namespaceFacts, type NamespaceFacts } from './ask-server';
import { describeQueue, queueType, serverTimeMs } from './task-queues';

/** How long to wait for a task. Servers refuse less than 2 s (1.29.1: "Context timeout is too short"). */
const taskPollLimitMs = 3000;

/** A worker as the server sees it: who last polled a task queue, and when (milliseconds since 1970). */
export interface Poller {
  identity: string;
  lastAccessMs: number | null;
  /** Package and version of its SDK, or null. */
  sdk: string | null;
  /** The deployment version that it belongs to, or null. */
  version: DeploymentVersion | null;
  /** Its limit of activities per second for the whole queue, or null. */
  ratePerSecond: number | null;
}

/** A version of a worker deployment, for Worker Versioning. */
export interface DeploymentVersion {
  deploymentName: string;
  buildId: string;
}

/** The rate limit that the server enforces on a queue, and whether workers set it. */
export interface QueueRate {
  perSecond: number;
  byWorkers: boolean;
}

/** What a namespace's server reports about itself and its workers. */
export interface ServerFacts {
  version: string;
  namespace: NamespaceFacts;
  /** The workers that serve workflows, files and reports, and those that serve requests to the API. */
  workflowPollers: Poller[];
  activityPollers: Poller[];
  httpPollers: Poller[];
  /** The version that receives new workflows; null for workers without a version. */
  currentVersion: DeploymentVersion | null;
  /** The version that receives a share of them, or null. */
  rampingVersion: DeploymentVersion | null;
  /** The rate limit on requests to the API; null if the server does not report it. */
  rate: QueueRate | null;
}

/** Where a rate limit comes from (temporal/api/enums/v1, RateLimitSource). */
const fromWorkers = 2;

/** Reads the facts from the server. Rejects after 10 s without an answer. */
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
 * How far the server's clock is ahead of ours, in milliseconds, accurate to the time of a request; null if unknown. No
 * API reports the server's time, but it records when a queue was last polled. So this polls a queue of its own.
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
  const rate = ratePerSecond ?? 0;
  return {
    identity: identity ?? '',
    lastAccessMs: serverTimeMs(lastAccessTime),
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

/** What the server reports for a poller without a limit (measured on 1.29.1). */
const unlimited = 100_000;
