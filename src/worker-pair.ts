import {
  Worker,
  type ActivityInterceptorsFactory,
  type NativeConnection,
  type WorkerOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import type { DataConverter } from '@temporalio/common';
import { createApiActivities } from './activities/api-activities';
import { checkedActivities } from './activities/checked-activities';
import { createFileActivities } from './activities/file-activities';
import { createNoticeActivities } from './activities/notice-activities';
import { requireOwn } from './activities/require-own';
import { createResultsActivities } from './activities/results-activities';
import { httpTaskQueue } from './core/ids';
import type { ObjectStore } from './ports/object-store';
import type { ObjectPlace } from './ports/object-uri';
import type { ImportApi } from './ports/import-api';
import { noWebhooks, type NoticeSender } from './ports/notice-sender';
import { createBatchReader } from './sources/batch-reader';
import { createPlanSource } from './sources/plan-source';
import { S3Objects } from './storage/s3-objects';
import { createSourceOpener } from './storage/source-opener';

/** What a pair of workers is made of. */
export interface WorkerPairOptions {
  connection: NativeConnection;
  /** Default: `default`. */
  namespace?: string | undefined;
  /** Of workflows and files; that of requests to the API is named after it. */
  taskQueue: string;
  workflowBundle: WorkflowBundleOption;
  /** How both read and write payloads; default: as Temporal does. What happens in workflows is the bundle's. */
  dataConverter?: DataConverter;
  api: ImportApi;
  /** Where results, plans and reports are kept; null when there is none. */
  store: ObjectStore | null;
  /** Where sources may be read; default nowhere. */
  sources?: readonly ObjectPlace[];
  /** The objects that sources may be among; default those of AWS. */
  objects?: S3Objects;
  /** Where notices go; default nowhere. */
  notices?: NoticeSender;
  /** Of the activities of both; default none. */
  activityInterceptors?: ActivityInterceptorsFactory[];
  /** Activities of the API that the server starts for all pairs together; default without limit. */
  requestsPerSecond?: number;
  /** Activities of further workflows in the bundle. */
  moreActivities?: object;
  /** What both have otherwise than the product's. */
  overrides?: Pick<WorkerOptions, 'identity' | 'maxCachedWorkflows'>;
}

/** Both workers, not yet running. */
export interface WorkerPair {
  workers: readonly Worker[];
  /** Serves until {@link stop} or a signal; when one fails the other stops too, and its error is thrown. */
  run(): Promise<void>;
  /** Tells those that run to finish what they have begun. */
  stop(): void;
}

/** How long activities that listen may go on after the signal to stop; `startImport` is always waited for. */
const shutdownGraceTime = '5 seconds';

/**
 * Batches and reports that a worker writes at once, and plans: few of these are made or wait for their turn at once, so
 * that the others go on beside any number of large files.
 */
const filesAtOnce = 50;

/**
 * Makes one worker for workflows and files, and one for everything that speaks to Prism: the server holds its rate for
 * the whole fleet. Rejects, saying of which task queue, when one of them cannot be made; the connection is free then.
 */
export async function createWorkerPair(options: WorkerPairOptions): Promise<WorkerPair> {
  const [forWorkflows, forApi] = workerOptions(options);
  const first = await createWorker(forWorkflows);
  try {
    return pairOf([first, await createWorker(forApi)]);
  } catch (error) {
    // Only a worker that has run lets go of its connection.
    await first.runUntil(Promise.resolve()).catch(() => undefined);
    throw error;
  }
}

function workerOptions(options: WorkerPairOptions): [WorkerOptions, WorkerOptions] {
  const { connection, taskQueue, api, store, objects = new S3Objects(), notices = noWebhooks } = options;
  const records = { store, opener: createSourceOpener(objects, options.sources ?? []) };
  const batches = createBatchReader(records);
  const plan = createPlanSource(records);
  const shared: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace: options.namespace ?? 'default',
    ...(options.dataConverter !== undefined && { dataConverter: options.dataConverter }),
    interceptors: { activity: options.activityInterceptors ?? [] },
    shutdownGraceTime,
    ...options.overrides,
  };
  return [
    {
      ...shared,
      taskQueue,
      workflowBundle: options.workflowBundle,
      activities: {
        ...checkedActivities({
          ...createFileActivities({ store, batches, plan, requireOwn }),
          ...createNoticeActivities({ notices }),
          ...createResultsActivities({ store }),
        }),
        ...options.moreActivities,
      },
      ...(options.moreActivities === undefined && { maxConcurrentActivityTaskExecutions: filesAtOnce }),
    },
    {
      ...shared,
      taskQueue: httpTaskQueue(taskQueue),
      activities: checkedActivities(createApiActivities({ api, store, batches, requireOwn })),
      ...(options.requestsPerSecond !== undefined && {
        maxTaskQueueActivitiesPerSecond: options.requestsPerSecond,
      }),
      // Heartbeats are how a poll hears of its cancellation, and they are held back for as long as this.
      maxHeartbeatThrottleInterval: '2 seconds',
    },
  ];
}

async function createWorker(options: WorkerOptions): Promise<Worker> {
  try {
    return await Worker.create(options);
  } catch (error) {
    const { taskQueue, workflowBundle } = options;
    const bundle = workflowBundle && 'codePath' in workflowBundle ? ` with ${workflowBundle.codePath}` : '';
    const message = `The worker of task queue "${taskQueue}" cannot be made${bundle}: ${(error as Error).message}`;
    throw new Error(message, { cause: error });
  }
}

function pairOf(workers: readonly Worker[]): WorkerPair {
  const stop = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  return {
    workers,
    stop,
    async run() {
      const runs = workers.map((worker) =>
        worker.run().catch((error: unknown) => {
          stop();
          throw error;
        }),
      );
      const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}
