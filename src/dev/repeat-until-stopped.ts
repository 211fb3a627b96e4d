import { setTimeout as delay } from 'node:timers/promises';

/** A task that is repeated. */
export interface RepeatedTask {
  /** Stops it, once the current run is over. */
  stop(): Promise<void>;
}

const repeatEveryMs = 500;

/** Runs a task at once and then twice a second; failed runs are ignored. `stopped` aborts long runs. */
export function repeatUntilStopped(task: (stopped: AbortSignal) => Promise<void>): RepeatedTask {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    while (!signal.aborted) {
      await task(signal).catch(() => undefined);
      await delay(repeatEveryMs, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
