import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';

/** A worker that {@link runTogether} can run. */
export interface RunningPart {
  /** Resolves when it has stopped. */
  run(): Promise<void>;
  /** Makes it finish its current tasks; does nothing if it is already stopping. */
  stop(): void;
}

/** Runs workers until all have stopped. If one stops or fails, the others stop too, and this rejects with its error. */
export async function runTogether(parts: readonly RunningPart[]): Promise<void> {
  const runs = parts.map((part) =>
    part.run().finally(() => {
      for (const other of parts) if (other !== part) other.stop();
    }),
  );
  const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** A worker of the SDK as a part of those that run together. */
export const partOf = (worker: Worker): RunningPart => ({
  run: () => runToEnd(worker),
  stop: () => stopRunning(worker),
});

/** Makes a worker finish its current tasks; does nothing if it does not run. */
export function stopRunning(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

/** How often the state of a worker is read. */
const checkMs = 1000;
/** How long a worker that has ended may take to free what it used. */
const maxFreeMs = 5000;

/**
 * Runs a worker. Once it has stopped or failed, the SDK (1.24.0) frees what it used, and never finishes if the server
 * no longer knows the namespace. So this does not wait long for that.
 */
async function runToEnd(worker: Worker): Promise<void> {
  const running = worker.run();
  const settled = new AbortController();
  const ended = whenEnded(worker, settled.signal);
  for (const either of [running, ended]) either.catch(() => undefined); // the first to settle counts
  try {
    await Promise.race([running, ended]);
  } finally {
    settled.abort();
  }
}

async function whenEnded(worker: Worker, signal: AbortSignal): Promise<void> {
  const isOver = () => ['STOPPED', 'FAILED'].includes(worker.getState());
  while (!isOver()) await pause(checkMs, null, { signal });
  await pause(maxFreeMs, null, { signal });
  if (worker.getState() === 'STOPPED') return;
  throw new Error(`The worker of task queue "${worker.options.taskQueue}" has failed; its log says why`);
}
