import { Context } from '@temporalio/activity';
import type { WorkerOptions } from '@temporalio/worker';
import type { ServiceHandler } from 'nexus-rpc';
import { createApiActivities } from './activities/api-activities';
import { createCleaningActivities } from './activities/cleaning-activities';
import { checkedActivities } from './activities/checked-activities';
import { createFileActivities } from './activities/file-activities';
import { createNoticeActivities } from './activities/notice-activities';
import { requireOwn } from './activities/require-own';
import { createResultsActivities } from './activities/results-activities';
import type { WebhookEntry } from './core/tracker/subscribers';
import { createServiceHandler } from './nexus/service-handler';
import type { ImportApi } from './ports/import-api';
import { noWebhooks, type NoticeSender } from './ports/notice-sender';
import type { ObjectStore } from './ports/object-store';
import type { ObjectPlace } from './ports/object-uri';
import { createBatchReader } from './sources/batch-reader';
import { createPlanSource } from './sources/plan-source';
import { S3Objects } from './storage/s3-objects';
import { createSourceOpener } from './storage/source-opener';
import { namespaceId, openWork } from './temporal/cleaning/open-work';

/** What the activities of both task queues need. */
export interface WorkParts {
  api: ImportApi;
  /** Where results, plans and reports are stored; null for no storage. */
  store: ObjectStore | null;
  /** Where sources may be read; default: nowhere. */
  sources?: readonly ObjectPlace[];
  /** Access to sources in S3; default: AWS. */
  objects?: S3Objects;
  /** The webhooks that every tracker of a team notifies, as callers write them; default: none. */
  noticesOf?: (teamId: string) => readonly WebhookEntry[];
  /** How long the store keeps what nothing needs, in milliseconds; default: forever. */
  keepStoredMs?: number | null;
  /** Sends notices; default: there are none. */
  notices?: NoticeSender;
}

/** What both task queues serve besides workflows. */
export interface Work {
  /** Activities of the queue that callers use. */
  ofQueue: object;
  /** Activities that talk to the API, on the queue named after it. */
  ofHttpQueue: object;
  /** Nexus services of the queue that callers use. */
  nexusServices: ServiceHandler[];
}

/** Creates the activities and Nexus services from these parts. */
export function workOf(parts: WorkParts): Work {
  const { api, store, objects = new S3Objects(), notices = noWebhooks } = parts;
  const records = { store, opener: createSourceOpener(objects, parts.sources ?? []) };
  const batches = createBatchReader(records);
  const plan = createPlanSource(records);
  return {
    ofQueue: checkedActivities({
      ...createFileActivities({ store, batches, plan, requireOwn }),
      ...createCleaningActivities({
        store,
        keepStoredMs: parts.keepStoredMs ?? null,
        openWork: () => openWork(Context.current().client),
        namespaceId: () => namespaceId(Context.current().client),
      }),
      ...createNoticeActivities({ notices }),
      ...createResultsActivities({ store }),
    }),
    nexusServices: [createServiceHandler({ store })],
    ofHttpQueue: checkedActivities(
      createApiActivities({ api, store, batches, requireOwn, noticesOf: parts.noticesOf }),
    ),
  };
}

/**
 * How long workflow code may run without a pause: a flood of signals on a busy machine takes longer than the SDK's
 * default of 5 s. Then the step would fail, and Node 20 may end the process
 * (https://github.com/nodejs/node/issues/38503). `WorkerOptions` does not name the option; the SDK 1.24 takes it.
 */
export const longSteps = { isolateExecutionTimeout: '2 minutes' } as const;

/** How long activities that heed cancellation may run after a shutdown starts; `startImport` always finishes. */
export const shutdownGraceTime = '5 seconds';

/** Options of the worker for the API's queue: the server enforces its rate for the whole fleet. */
export function httpQueueOptions(requestsPerSecond?: number): Partial<WorkerOptions> {
  return {
    ...(requestsPerSecond !== undefined && { maxTaskQueueActivitiesPerSecond: requestsPerSecond }),
    // A poll learns of its cancellation from a heartbeat, and the SDK delays heartbeats by up to this time.
    maxHeartbeatThrottleInterval: '2 seconds',
  };
}
