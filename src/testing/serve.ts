import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { defaultTaskQueue } from '../core/ids';
import type { ImportApi } from '../ports/import-api';
import type { ObjectStore } from '../ports/object-store';
import type { ObjectPlace } from '../ports/object-uri';
import { registerSearchAttributes } from '../temporal/search-attributes';
import { createWorkerPair } from '../worker-pair';

/** Where a test's worker serves. */
export interface ServedAt {
  /**
   * A connection to a development or time-skipping server, such as `nativeConnection` of Temporal's test environments.
   */
  connection: NativeConnection;
  /** Default: `default`. */
  namespace?: string;
  /** Default: `prism-imports`. Requests to the API use this name with `-http`. */
  taskQueue?: string;
}

/** A worker in a test's process. */
export interface ServingWorker {
  taskQueue: string;
  /** Finishes current tasks and stops. Rejects with the error that ended the worker earlier, if any. */
  stop(): Promise<void>;
}

/** What a test's worker needs. */
export interface WorkedOn {
  api: ImportApi;
  store: ObjectStore | null;
  sources: readonly ObjectPlace[];
}

const builtBundle = join(__dirname, '..', 'workflow-bundle.js');

/** Registers missing search attributes, and serves both task queues in this process. */
export async function serve({ connection, ...at }: ServedAt, on: WorkedOn): Promise<ServingWorker> {
  const { namespace = 'default', taskQueue = defaultTaskQueue } = at;
  if (!existsSync(builtBundle))
    throw new Error(`The workflows are not built: ${builtBundle} is missing. Run \`npm run build\`.`);
  await registerSearchAttributes(new Client({ connection, namespace }), "the test's server");
  const workflowBundle = { codePath: builtBundle };
  const pair = await createWorkerPair({ connection, namespace, taskQueue, workflowBundle, ...on });
  const running = pair.run();
  running.catch(() => undefined); // `stop` rejects with it
  return {
    taskQueue,
    async stop() {
      pair.stop();
      await running;
    },
  };
}
