import { randomUUID } from 'node:crypto';
import type { DataConverter } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';

/** A worker for the other teams' workflows in `collector.ts`. */
export interface Parents {
  taskQueue: string;
  stop(): Promise<void>;
}

/** Serves them on their own task queue. */
export async function startParents(
  env: TestWorkflowEnvironment,
  options: { dataConverter?: DataConverter; maxCachedWorkflows?: number } = {},
): Promise<Parents> {
  const taskQueue = `parents-${randomUUID()}`;
  const worker = await Worker.create({
    connection: env.nativeConnection,
    namespace: env.namespace ?? 'default',
    taskQueue,
    workflowsPath: require.resolve('./collector'),
    ...options,
  });
  const running = worker.run();
  return {
    taskQueue,
    async stop() {
      worker.shutdown();
      await running;
    },
  };
}
