import { randomUUID } from 'node:crypto';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { PrismImportsPlugin, type PrismImportsPluginOptions } from 'prism-imports';
import { statusQuery } from 'prism-imports/workflow';
import type { followImport } from '../team/workflows';
import { startDevServer, type DevServerOptions } from '../../support/temporal';
import { until } from '../../support/until';

export const teamId = randomUUID();

/** The workflows file of the team. */
export const workflowsPath = require.resolve('../team/workflows');

/** A worker of the team's, in this process, with a connection of its own. */
interface TeamWorker {
  taskQueue: string;
  /** Stops it and waits until all has stopped that it has started. */
  stop(): Promise<void>;
}

/** A server, an API, and workers of a team that take on our workflows. */
export interface TeamRig {
  env: TestWorkflowEnvironment;
  emulator: PrismEmulator;
  /** The plugin, with the settings of this rig. */
  plugin(settings?: PrismImportsPluginOptions): PrismImportsPlugin;
  /** Starts a worker; its plugins are ours alone unless the options say others. */
  serve(options?: Partial<WorkerOptions>): Promise<TeamWorker>;
  /** A job that takes so long. */
  createJob(duration: string, total?: number): Promise<string>;
  /** Starts the team's workflow that awaits an import. */
  follow(taskQueue: string, jobId: string, client?: Client): ReturnType<typeof startFollowing>;
  /** The tracker of a job that the team's workflow awaits. */
  tracker(jobId: string): WorkflowHandle;
  /** Waits until that tracker has polled and waits. */
  isWaiting(jobId: string, client?: Client): Promise<void>;
  close(): Promise<void>;
}

const startFollowing = (client: Client, taskQueue: string, jobId: string) =>
  client.workflow.start<typeof followImport>('followImport', {
    taskQueue,
    workflowId: `team/${jobId}`,
    args: [{ teamId, jobId }],
  });

const trackerOf = (client: Client, jobId: string) =>
  client.workflow.getHandle(`team/${jobId}/import/${jobId}`);

/** Starts a rig; the options are the server's. */
export async function startTeamRig(options: DevServerOptions = {}): Promise<TeamRig> {
  const [env, emulator] = await Promise.all([startDevServer(options), startPrismEmulator()]);
  const workers = new Set<TeamWorker>();
  const plugin = (settings: PrismImportsPluginOptions = {}) =>
    new PrismImportsPlugin({ apiKey: 'test-key', baseUrl: emulator.baseUrl, environment: {}, ...settings });
  return {
    env,
    emulator,
    plugin,
    async serve(given = {}) {
      const connection = await NativeConnection.connect({ address: env.address });
      const taskQueue = given.taskQueue ?? `team-${randomUUID()}`;
      const worker = await Worker.create({
        connection,
        taskQueue,
        workflowsPath,
        plugins: [plugin()],
        ...given,
      });
      const running = worker.run();
      running.catch(() => undefined); // told by `stop`
      const served: TeamWorker = {
        taskQueue,
        async stop() {
          if (!workers.delete(served)) return;
          if (worker.getState() === 'RUNNING') worker.shutdown();
          await running;
          await connection.close();
        },
      };
      workers.add(served);
      return served;
    },
    createJob: (duration, total = 3) => emulator.controller.createJob({ teamId, total, duration }),
    follow: (taskQueue, jobId, client = env.client) => startFollowing(client, taskQueue, jobId),
    tracker: (jobId) => trackerOf(env.client, jobId),
    isWaiting: (jobId, client = env.client) =>
      until(async () => {
        const asked = trackerOf(client, jobId).query(statusQuery);
        return (await asked.catch(() => null))?.phase === 'waiting';
      }),
    async close() {
      for (const worker of workers) await worker.stop();
      await emulator.close();
      await env.teardown();
    },
  };
}
