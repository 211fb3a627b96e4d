import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { startPrismEmulator } from 'prism-emulator';
import { startEmbeddedTemporal } from '../../src/dev/embedded-temporal';
import { temporalCli } from '../../src/dev/temporal-cli';
import { queueType } from '../../src/temporal/task-queues';
import { startOrAttachTracker } from '../../src/temporal/trackers';
import type { trackImport } from '../../src/workflows/track-import';
import { startWorker as startWorkerProgram } from './pipeline-site';
import { pollHistory } from './poll-starts';

/** A worker in its own process. */
interface TimedWorker {
  /** When its process was started, by this machine's clock. */
  startedAtMs: number;
  stop(): Promise<void>;
}

/** A Temporal server and an emulator, shared by the workers of all measurements. */
export interface WakeSite {
  client: Client;
  startWorker: (taskQueue: string) => Promise<TimedWorker>;
  /** Starts a tracker of an endless import with this polling interval, and waits for its first timer. */
  track: (taskQueue: string, interval: string) => Promise<WorkflowHandle<typeof trackImport>>;
}

const teamId = 'bench';
const checkEveryMs = 20;

/** Runs `use` with server and emulator. */
export async function withWakeSite<T>(use: (site: WakeSite) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-wake-'));
  const temporal = await startEmbeddedTemporal(await temporalCli(), join(folder, 'temporal.log'));
  const emulator = await startPrismEmulator({ job: { duration: '1d', progress: 'none' } });
  const { client, address } = temporal;
  try {
    return await use({
      client,
      async startWorker(taskQueue) {
        const startedAtMs = Date.now();
        const { memory, stop } = await startWorkerProgram({
          TEMPORAL_ADDRESS: address,
          MICRO_BASE_URL: emulator.baseUrl,
          MICRO_API_KEY: 'bench-key',
          PRISM_TASK_QUEUE: taskQueue,
        });
        memory.stop();
        return { startedAtMs, stop };
      },
      async track(taskQueue, interval) {
        const jobId = await emulator.controller.createJob({ teamId, total: 1000 });
        const polling = { initialInterval: interval, maximumInterval: interval, jitter: 0, adaptive: false };
        const handle = await startOrAttachTracker(client, taskQueue, { teamId, jobId, polling });
        await waitFor(async () => (await pollHistory(client, handle.workflowId)).nextDueAtMs !== null);
        return handle;
      },
    });
  } finally {
    await emulator.close();
    await temporal.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Waits for a condition; rejects after a timeout, by default two minutes. */
export async function waitFor(holds: () => Promise<boolean>, minutes = 2): Promise<void> {
  const deadline = performance.now() + minutes * 60_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${minutes} minutes for what did not come`);
    await pause(checkEveryMs);
  }
}

/** The number of workflow tasks that wait for a worker, as autoscalers and `temporal task-queue describe` read it. */
export async function backlog(client: Client, name: string): Promise<number> {
  const { stats } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name },
    taskQueueType: queueType.workflow,
    reportStats: true,
  });
  return Number(stats?.approximateBacklogCount ?? 0);
}
