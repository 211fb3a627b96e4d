import { NativeConnection, Worker } from '@temporalio/worker';
import { httpTaskQueue } from '../core/ids';
import { httpQueueOptions, shutdownGraceTime } from '../worker-parts';

/** The worker for the API's queue, which runs beside a team's worker. */
export interface HttpWorker {
  worker: Worker;
  /** Closes what was opened for it, after it has stopped. */
  close(): Promise<void>;
}

/**
 * Creates the worker of the API's queue, with the data converter and interceptors of a team's worker as its plugins
 * left them. It has no deployment version: each version would have a queue, and so a rate, of its own.
 */
export async function createHttpWorker(
  beside: Worker,
  { activities, requestsPerSecond }: { activities: object; requestsPerSecond: number },
): Promise<HttpWorker> {
  const { namespace, taskQueue, dataConverter, interceptors, identity, shutdownForceTime } = beside.options;
  const given = beside.options.connection;
  // A connection that the SDK opens by itself closes with its worker.
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

/** The same connection without its plugins, which have already changed the team's options. */
function withoutPlugins(connection: NativeConnection): NativeConnection {
  return Object.create(connection, { plugins: { value: [] } }) as NativeConnection;
}
