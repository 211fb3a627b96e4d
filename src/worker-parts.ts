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

/** What the activities of both task queues stand on. */
export interface WorkParts {
  api: ImportApi;
  /** Where results, plans and reports are kept; null when there is none. */
  store: ObjectStore | null;
  /** Where sources may be read; default nowhere. */
  sources?: readonly ObjectPlace[];
  /** The objects that sources may be among; default those of AWS. */
  objects?: S3Objects;
  /** Whom every tracker of a team tells, as callers write it; default nobody. */
  noticesOf?: (teamId: string) => readonly WebhookEntry[];
  /** How long the store keeps what nobody needs, in milliseconds; default for ever. */
  keepStoredMs?: number | null;
  /** Where notices go; default nowhere. */
  notices?: NoticeSender;
}

/** What both task queues serve beside workflows. */
export interface Work {
  /** Activities of the queue that callers see. */
  ofQueue: object;
  /** Those that speak to the API, on the queue named after it. */
  ofHttpQueue: object;
  /** Of the queue that callers see. */
  nexusServices: ServiceHandler[];
}

/** The activities and Nexus services that stand on these parts. */
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

/** How long activities that listen may go on after the signal to stop; `startImport` is always waited for. */
export const shutdownGraceTime = '5 seconds';

/** What the worker of the API's queue has otherwise than others: the server holds its rate for the whole fleet. */
export function httpQueueOptions(requestsPerSecond?: number): Partial<WorkerOptions> {
  return {
    ...(requestsPerSecond !== undefined && { maxTaskQueueActivitiesPerSecond: requestsPerSecond }),
    // Heartbeats are how a poll hears of its cancellation, and they are held back for as long as this.
    maxHeartbeatThrottleInterval: '2 seconds',
  };
}

/** A worker, as {@link runTogether} runs it. */
export interface RunningPart {
  /** Resolves when it has stopped. */
  run(): Promise<void>;
  /** Tells it to finish what it has begun; nothing where it does so already. */
  stop(): void;
}

/** Runs workers until all have stopped; when one stops or fails the others stop too, and its error is thrown. */
export async function runTogether(parts: readonly RunningPart[]): Promise<void> {
  const runs = parts.map((part) =>
    part.run().finally(() => {
      for (const other of parts) if (other !== part) other.stop();
    }),
  );
  const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
