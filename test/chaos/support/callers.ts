import { Worker } from '@temporalio/worker';
import { startNexusCallers, type NexusCallers } from '../../support/nexus-callers';
import { taskQueue, type Site } from './site';

/** Workflows of other teams: parents in the workers' namespace, and callers through Nexus in another. */
export interface Callers {
  /** Task queue of the parents. */
  parentQueue: string;
  nexus: NexusCallers;
  stop(): Promise<void>;
}

/** Serves them in this process, which is not disturbed, because it is not under test. */
export async function startCallers({ env }: Pick<Site, 'env'>): Promise<Callers> {
  const parentQueue = `${taskQueue}-parents`;
  const worker = await Worker.create({
    connection: env.nativeConnection,
    namespace: 'default',
    taskQueue: parentQueue,
    workflowsPath: require.resolve('./parent-workflows'),
  });
  const running = worker.run();
  const nexus = await startNexusCallers(env, taskQueue);
  return {
    parentQueue,
    nexus,
    async stop() {
      await nexus.stop();
      worker.shutdown();
      await running;
    },
  };
}
