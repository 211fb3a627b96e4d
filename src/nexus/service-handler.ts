import { getClient, operationInfo } from '@temporalio/nexus';
import { serviceHandler, type ServiceHandler, type StartOperationContext } from 'nexus-rpc';
import { trackerWorkflowId } from '../core/ids';
import type { TrackingState } from '../core/tracker/status';
import type { ResultsPage } from '../core/tracker/read-results';
import type { ObjectStore } from '../ports/object-store';
import { readStoredResults } from '../report/results/stored-results';
import { openStore } from '../storage/open-store';
import { S3Objects } from '../storage/s3-objects';
import { queryLimitMs } from '../temporal/ask-server';
import { pollNowSignal, statusQuery } from '../workflows/messages';
import { withHandlerErrors } from './handler-errors';
import { checkOperationInput } from './operation-inputs';
import { prismImportsService, type TrackedJob } from './service';
import { PipelineOperation, TrackerOperation } from './workflow-operations';

/** What the handlers depend on in a worker that has already opened its store. */
export interface ServiceHandlerPorts {
  /** The task queue of the workflows; default: that of the worker that serves the operation. */
  taskQueue?: string | undefined;
  /** Where results are stored; null without storage. */
  store: ObjectStore | null;
}

/** Options of {@link prismImportsServiceHandler}. */
export interface ServiceHandlerOptions {
  /** The task queue of the workflows; default: that of the worker that serves the operation. */
  taskQueue?: string | undefined;
  /**
   * Where the operation `readResults` reads: `PRISM_STORAGE` of the workers (`file:DIR` or `s3://bucket/prefix`).
   * Default: no storage. S3 needs the packages `@aws-sdk/client-s3` and `@aws-sdk/lib-storage`.
   */
  storage?: string | undefined;
  /** Address of an S3-compatible server other than AWS. */
  s3Endpoint?: string | undefined;
}

/**
 * The handlers of the Nexus service `prism-imports`, for the option `nexusServices` of your own worker; the
 * prism-imports workers already serve it. The handlers use the worker's connection.
 *
 * @example
 *   import { Worker } from '@temporalio/worker';
 *   import { prismImportsServiceHandler } from 'prism-imports/nexus';
 *
 *   const nexusServices = [prismImportsServiceHandler()];
 *   const worker = await Worker.create({ taskQueue: 'team', workflowsPath, nexusServices });
 */
export function prismImportsServiceHandler({
  taskQueue,
  storage,
  s3Endpoint,
}: ServiceHandlerOptions = {}): ServiceHandler {
  const store = storage === undefined ? null : openStore(storage, new S3Objects(s3Endpoint ?? null));
  return createServiceHandler({ taskQueue, store });
}

/** The same, with a store that is already open. */
export function createServiceHandler({ taskQueue, store }: ServiceHandlerPorts): ServiceHandler {
  const place = () => {
    const { namespace, taskQueue: own } = operationInfo();
    return { namespace, taskQueue: taskQueue ?? own };
  };
  return serviceHandler(prismImportsService, {
    trackImport: new TrackerOperation(place),
    importRecords: new PipelineOperation(place),
    status: (_, input) => status(input),
    pollNow: (_, input) => pollNow(input),
    readResults: (context, input) => readResults(store, context, input),
  });
}

async function status(input: TrackedJob): Promise<TrackingState> {
  const job = checkOperationInput('trackedJob', input);
  const notFound = `There is no tracker for ${named(job)}: start one with the operation trackImport.`;
  return withHandlerErrors({ notFound }, () =>
    getClient().withDeadline(Date.now() + queryLimitMs, () => trackerOf(job).query(statusQuery)),
  );
}

async function pollNow(input: TrackedJob): Promise<void> {
  const job = checkOperationInput('trackedJob', input);
  const notFound = `No tracker is running for ${named(job)}: none was started, or it has ended (see the operation status).`;
  return withHandlerErrors({ notFound }, () => trackerOf(job).signal(pollNowSignal));
}

/**
 * A page may end after this time, since the server allows 10 s for a request
 * (`component.nexusoperations.request.timeout`).
 */
const pageMs = 5000;

async function readResults(
  store: ObjectStore | null,
  { abortSignal }: StartOperationContext,
  input: unknown,
): Promise<ResultsPage> {
  const checked = checkOperationInput('readResults', input);
  const request = {
    ...checked,
    after: checked.after ?? null,
    limit: checked.limit ?? null,
    only: checked.only ?? null,
  };
  const until = performance.now() + pageMs;
  const watch = { check: () => abortSignal.throwIfAborted(), isEnough: () => performance.now() > until };
  return withHandlerErrors({}, () => readStoredResults(store, request, watch));
}

const trackerOf = ({ teamId, jobId }: TrackedJob) =>
  getClient().workflow.getHandle(trackerWorkflowId(teamId, jobId));

const named = ({ teamId, jobId }: TrackedJob): string =>
  `the import ${JSON.stringify(jobId)} of the team ${JSON.stringify(teamId)}`;
