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
import { partOf, runTogether } from './run-together';
import { httpQueueOptions, longSteps, shutdownGraceTime, workOf, type WorkParts } from './worker-parts';

/** The parts of a pair of workers. */
export interface WorkerPairOptions extends WorkParts {
  connection: NativeConnection;
  /** Default: `default`. */
  namespace?: string | undefined;
  /** For workflows and files; the queue for requests to the API is named after it. */
  taskQueue: string;
  workflowBundle: WorkflowBundleOption;
  /**
   * How both workers read and write payloads; default: Temporal's. The bundle decides what happens inside workflows.
   */
  dataConverter?: DataConverter;
  /** For the activities of both workers; default: none. */
  activityInterceptors?: ActivityInterceptorsFactory[];
  /** API activities that the server hands out per second to all pairs together; default: no limit. */
  requestsPerSecond?: number;
  /** Activities of further workflows in the bundle. */
  moreActivities?: object;
  /**
   * The deployment version of the worker for workflows and files; default: none. The worker for requests to the API
   * never has one: the server enforces its rate across all versions, and its activities keep the form of their inputs.
   */
  workerVersion?: WorkerVersion | null;
  /** Options of both workers that replace ours. */
  overrides?: Pick<WorkerOptions, 'identity' | 'maxCachedWorkflows'>;
}

/** Both workers, not yet running. */
export interface WorkerPair {
  workers: readonly Worker[];
  /** Serves until {@link stop} or a signal. If one worker fails, the other stops too; rejects with the error. */
  run(): Promise<void>;
  /** Makes running workers finish their current tasks and stop. */
  stop(): void;
}

/**
 * How many batches and reports a worker writes at once, and how many plans. Plans have a small limit of their own, so
 * that large files do not hold up everything else.
 */
const filesAtOnce = 50;

/**
 * Creates one worker for workflows and files, and one for everything that talks to Prism, because the server enforces
 * one rate for the whole fleet. Rejects, naming the task queue, if one of them cannot be created; the connection is
 * free then.
 */
export async function createWorkerPair(options: WorkerPairOptions): Promise<WorkerPair> {
  const [forWorkflows, forApi] = workerOptions(options);
  const first = await createWorker(forWorkflows);
  try {
    return pairOf([first, await createWorker(forApi)]);
  } catch (error) {
    // A worker releases its connection only after it has run.
    const part = partOf(first);
    const ended = part.run();
    part.stop();
    await ended.catch(() => undefined);
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
      ...longSteps,
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
  const parts = workers.map(partOf);
  return {
    workers,
    stop() {
      for (const part of parts) part.stop();
    },
    run: () => runTogether(parts),
  };
}
