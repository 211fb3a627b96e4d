import {
  Worker,
  type ActivityInterceptorsFactory,
  type NativeConnection,
  type WorkerOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import type { DataConverter } from '@temporalio/common';
import type { WorkerVersion } from './config/worker-version';
import { httpTaskQueue } from './core/ids';
import { httpQueueOptions, runTogether, shutdownGraceTime, workOf, type WorkParts } from './worker-parts';

/** What a pair of workers is made of. */
export interface WorkerPairOptions extends WorkParts {
  connection: NativeConnection;
  /** Default: `default`. */
  namespace?: string | undefined;
  /** Of workflows and files; that of requests to the API is named after it. */
  taskQueue: string;
  workflowBundle: WorkflowBundleOption;
  /** How both read and write payloads; default: as Temporal does. What happens in workflows is the bundle's. */
  dataConverter?: DataConverter;
  /** Of the activities of both; default none. */
  activityInterceptors?: ActivityInterceptorsFactory[];
  /** Activities of the API that the server starts for all pairs together; default without limit. */
  requestsPerSecond?: number;
  /** Activities of further workflows in the bundle. */
  moreActivities?: object;
  /**
   * The version that the worker of workflows and files belongs to; default none. That of requests to the API belongs to
   * none: the server holds its rate for all versions together, and its activities keep their inputs' forms.
   */
  workerVersion?: WorkerVersion | null;
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
  const { connection, taskQueue } = options;
  const { ofQueue, ofHttpQueue, nexusServices } = workOf(options);
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
      activities: { ...ofQueue, ...options.moreActivities },
      nexusServices,
      ...deploymentOptions(options.workerVersion ?? null),
      ...(options.moreActivities === undefined && { maxConcurrentActivityTaskExecutions: filesAtOnce }),
    },
    {
      ...shared,
      taskQueue: httpTaskQueue(taskQueue),
      activities: ofHttpQueue,
      ...httpQueueOptions(options.requestsPerSecond),
    },
  ];
}

function deploymentOptions(given: WorkerVersion | null): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (given === null) return {};
  const { behavior: defaultVersioningBehavior, ...version } = given;
  return { workerDeploymentOptions: { useWorkerVersioning: true, version, defaultVersioningBehavior } };
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
  const parts = workers.map((worker) => ({
    run: () => worker.run(),
    stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  }));
  return {
    workers,
    stop() {
      for (const part of parts) part.stop();
    },
    run: () => runTogether(parts),
  };
}
