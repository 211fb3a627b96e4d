import { pollHistory } from './poll-starts';
import { backlog, waitFor, type WakeSite } from './wake-site';

/** How long a due poll waited for its start, in milliseconds. */
export interface WakeRun {
  /** With a running worker: from when it was due. */
  runningMs: number;
  /** Without a worker: from when it was due until its task was in the backlog, where an autoscaler sees it. */
  seenMs: number;
  /** Then: from the start of a worker's process. */
  startedMs: number;
}

/** Far enough apart to stop a worker between two polls. */
const interval = '15s';

/** Measures each once, with its own tracker and workers. */
export async function measureWake({ client, startWorker, track }: WakeSite, name: string): Promise<WakeRun> {
  let worker = await startWorker(name);
  try {
    const { workflowId } = await track(name, interval);
    const history = () => pollHistory(client, workflowId);
    await waitFor(async () => {
      const { polls, nextDueAtMs } = await history();
      return polls.length > 0 && nextDueAtMs !== null;
    });
    await worker.stop();
    const { polls, nextDueAtMs } = await history();
    if (nextDueAtMs === null) throw new Error('A poll began before the worker had stopped.');
    await waitFor(async () => (await backlog(client, name)) > 0);
    const seenAtMs = Date.now();
    worker = await startWorker(name);
    await waitFor(async () => (await history()).polls.length > polls.length);
    const [warm, cold] = [polls[0], (await history()).polls[polls.length]];
    return {
      runningMs: (warm?.startedAtMs ?? NaN) - (warm?.dueAtMs ?? NaN),
      seenMs: seenAtMs - nextDueAtMs,
      startedMs: (cold?.startedAtMs ?? NaN) - worker.startedAtMs,
    };
  } finally {
    await worker.stop();
  }
}
