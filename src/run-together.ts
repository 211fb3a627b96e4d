import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';

/** A worker that {@link runTogether} can run. */
export interface RunningPart {
  /** Resolves when it has stopped. */
  run(): Promise<void>;
  /** Makes it finish its current tasks; does nothing if it is already stopping. */
  stop(): void;
}

/**
 * Runs workers until all have stopped. If one stops or fails, the others stop too, and this rejects with the error of
 * the first that failed.
 */
export async function runTogether(parts: readonly RunningPart[]): Promise<void> {
  const failures: unknown[] = [];
  const runs = parts.map(async (part) => {
    try {
      await part.run();
    } catch (error) {
      failures.push(error);
    }
    for (const other of parts) if (other !== part) other.stop();
  });
  await Promise.all(runs);
  if (failures.length > 0) throw failures[0];
}

/** A worker of the SDK as a part of those that run together. */
export const partOf = (worker: Worker): RunningPart => ({
  run: () => toEnd(worker, worker.run()),
  stop: () => stopRunning(worker),
});

/** The same for a worker that runs already, with its end. */
export const runningPart = (worker: Worker, running: Promise<void>): RunningPart => ({
  run: () => toEnd(worker, running),
  stop: () => stopRunning(worker),
});

/** Makes a worker finish its current tasks; does nothing if it does not run. */
function stopRunning(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

/** How often the state of a worker is read. */
const checkMs = 1000;
/** How long a worker that has ended may take to free what it used, such as its threads. */
const maxFreeMs = { STOPPED: 60_000, FAILED: 5000 };

/**
 * Waits for the end of a worker. Once it has stopped or failed, the SDK (1.24.0) frees what it used, and never finishes
 * if the server no longer knows the namespace. So this does not wait long for that.
 */
async function toEnd(worker: Worker, running: Promise<void>): Promise<void> {
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
  let state = worker.getState();
  for (; state !== 'STOPPED' && state !== 'FAILED'; state = worker.getState())
    await pause(checkMs, null, { signal });
  await pause(maxFreeMs[state], null, { signal });
  if (state === 'STOPPED') return;
  throw new Error(`The worker of task queue "${worker.options.taskQueue}" has failed; its log says why`);
}
