import { Worker } from '@temporalio/worker';
import { startNexusCallers, type NexusCallers } from '../../support/nexus-callers';
import { taskQueue, type Site } from './site';

/** Other people's workflows: parents in the namespace of the workers, callers through Nexus in another. */
export interface Callers {
  /** Of the parents. */
  parentQueue: string;
  nexus: NexusCallers;
  stop(): Promise<void>;
}

/** Serves them in this process, which nothing happens to: they are not what is tried. */
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
