import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { TrackImportInput } from '../../src/core/tracker/input';
import { startPrismEmulator, type EmulatorOptions, type PrismEmulator } from 'prism-emulator';
import { createPrismClient } from '../../src/prism/client';
import { createFileStore } from '../../src/storage/file-store';
import { createWorkerPair } from '../../src/worker-pair';
import type { trackImport } from '../../src/workflows/track-import';
import { bySchema } from './by-schema';
import { keptTime, type TimeOptions } from './kept-time';
import { workflowBundle } from './temporal';
import type { NoticeSender } from '../../src/ports/notice-sender';
import type { ObjectStore } from '../../src/ports/object-store';

export const teamId = '7951e46f-5947-4685-9da7-54824ebc0f4d';

export type TrackerHandle = WorkflowHandleWithFirstExecutionRunId<typeof trackImport>;

/**
 * Everything a tracker needs, all real: a worker for both task queues, the HTTP client, an emulator, a folder for
 * results.
 */
export interface TrackerRig {
  env: TestWorkflowEnvironment;
  emulator: PrismEmulator;
  taskQueue: string;
  store: ObjectStore;
  /** Starts a tracker of a job; when its outcome is read, it is validated against its schema. */
  track(input: Partial<TrackImportInput> & { jobId: string }, workflowId?: string): Promise<TrackerHandle>;
  close(): Promise<void>;
}

export interface TrackerRigOptions extends TimeOptions {
  emulator?: EmulatorOptions;
  withoutStore?: boolean;
  maxCachedWorkflows?: number;
  /** Where notices are sent; default: nowhere. */
  notices?: NoticeSender;
  /** Only for the workers. */
  dataConverter?: DataConverter;
}

/**
 * Starts a rig on a Temporal environment, which the caller closes. The emulator uses the environment's clock, or that
 * of each workflow.
 */
export async function startTrackerRig(
  env: TestWorkflowEnvironment,
  options: TrackerRigOptions = {},
): Promise<TrackerRig> {
  const taskQueue = `test-${randomUUID()}`;
  const time = keptTime(env, options);
  const emulator = await startPrismEmulator({ ...time.emulator, ...options.emulator });
  const folder = await mkdtemp(join(tmpdir(), 'prism-imports-test-'));
  const store = createFileStore(folder);
  const api = createPrismClient({ baseUrl: emulator.baseUrl, apiKey: 'test-key', ...time.api });
  const pair = await createWorkerPair({
    connection: env.nativeConnection,
    namespace: env.namespace,
    taskQueue,
    workflowBundle: workflowBundle(),
    api,
    store: options.withoutStore ? null : store,
    ...(options.notices !== undefined && { notices: options.notices }),
    ...(options.dataConverter !== undefined && { dataConverter: options.dataConverter }),
    ...(options.maxCachedWorkflows !== undefined && {
      overrides: { maxCachedWorkflows: options.maxCachedWorkflows },
    }),
  });
  const running = pair.run();
  return {
    env,
    emulator,
    taskQueue,
    store,
    async track(input, workflowId = `track-${randomUUID()}`) {
      const handle = await env.client.workflow.start<typeof trackImport>('trackImport', {
        taskQueue,
        workflowId,
        args: [{ teamId, ...input }],
      });
      await time.started(handle);
      const result = handle.result.bind(handle);
      return Object.assign(handle, {
        result: async () => bySchema('import-outcome', await result()),
      });
    },
    async close() {
      pair.stop();
      await running;
      await emulator.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Creates a job that runs until changed; returns its id. */
export const openJob = ({ emulator }: TrackerRig): Promise<string> =>
  emulator.controller.createJob({ teamId, jobId: randomUUID(), total: 200, duration: 86_400_000 });

/** When a job was polled, in milliseconds since its creation on the emulator's clock. */
export function pollTimes(rig: TrackerRig, jobId: string, sinceMs: number): number[] {
  return rig.emulator.controller.journal
    .filter(({ method, path }) => method === 'GET' && path.endsWith(`/imports/${encodeURIComponent(jobId)}`))
    .map(({ at }) => Date.parse(at) - sinceMs);
}

/** Number of events in the history of a workflow's newest run. */
export async function historyLength(handle: Pick<TrackerHandle, 'fetchHistory'>): Promise<number> {
  const { events } = await handle.fetchHistory();
  return events?.length ?? 0;
}
