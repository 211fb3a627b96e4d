import { NativeConnection, Worker } from '@temporalio/worker';
import { httpTaskQueue } from '../core/ids';
import { httpQueueOptions, shutdownGraceTime } from '../worker-parts';

/** What serves the API's queue beside a worker. */
export interface HttpWorker {
  worker: Worker;
  /** Closes what was opened for it, after it has stopped. */
  close(): Promise<void>;
}

/**
 * Makes the worker of the API's queue with the data converter and the interceptors of a team's worker, as its plugins
 * left them. It belongs to no version of a deployment: each version would have a queue, and so a rate, of its own.
 */
export async function createHttpWorker(
  beside: Worker,
  { activities, requestsPerSecond }: { activities: object; requestsPerSecond: number },
): Promise<HttpWorker> {
  const { namespace, taskQueue, dataConverter, interceptors, identity, shutdownForceTime } = beside.options;
  const given = beside.options.connection;
  // One that the SDK has opened by itself ends with the worker that it was opened for.
  const connection = given ?? (await NativeConnection.connect());
  const close = async () => (given === undefined ? connection.close() : undefined);
  try {
    const worker = await Worker.create({
      connection: withoutPlugins(connection),
      namespace,
      taskQueue: httpTaskQueue(taskQueue),
      activities,
      interceptors: { activity: interceptors.activity, client: interceptors.client },
      shutdownGraceTime,
      ...(identity !== undefined && { identity }),
      ...(dataConverter !== undefined && { dataConverter }),
      ...(shutdownForceTime !== undefined && { shutdownForceTime }),
      ...httpQueueOptions(requestsPerSecond),
    });
    return { worker, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The same connection, whose plugins have done to the team's options already what they do. */
function withoutPlugins(connection: NativeConnection): NativeConnection {
  return Object.create(connection, { plugins: { value: [] } }) as NativeConnection;
}
