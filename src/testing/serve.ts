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

/** Where a worker of a test serves. */
export interface ServedAt {
  /** To a development server or a time-skipping one, as `nativeConnection` of Temporal's test environments. */
  connection: NativeConnection;
  /** Default: `default`. */
  namespace?: string;
  /** Default: `prism-imports`. Requests go over the same name with `-http`. */
  taskQueue?: string;
}

/** A worker in the process of a test. */
export interface ServingWorker {
  taskQueue: string;
  /** Finishes what it has begun. Rejects with what has ended it before, if anything has. */
  stop(): Promise<void>;
}

/** What a worker of a test works on. */
export interface WorkedOn {
  api: ImportApi;
  store: ObjectStore | null;
  sources: readonly ObjectPlace[];
}

const builtBundle = join(__dirname, '..', 'workflow-bundle.js');

/** Registers the search attributes where they are missing, and serves both task queues in this process. */
export async function serve({ connection, ...at }: ServedAt, on: WorkedOn): Promise<ServingWorker> {
  const { namespace = 'default', taskQueue = defaultTaskQueue } = at;
  if (!existsSync(builtBundle))
    throw new Error(`The workflows are not built: ${builtBundle} is missing. Run \`npm run build\`.`);
  await registerSearchAttributes(new Client({ connection, namespace }), "the test's server");
  const workflowBundle = { codePath: builtBundle };
  const pair = await createWorkerPair({ connection, namespace, taskQueue, workflowBundle, ...on });
  const running = pair.run();
  running.catch(() => undefined); // told by `stop`
  return {
    taskQueue,
    async stop() {
      pair.stop();
      await running;
    },
  };
}
