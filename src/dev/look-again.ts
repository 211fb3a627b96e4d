import { setTimeout as delay } from 'node:timers/promises';

/** A task that is repeated. */
export interface Looking {
  /** Stops it, once the current run is over. */
  stop(): Promise<void>;
}

const lookEveryMs = 500;

/** Runs a task at once and then twice a second; failed runs are ignored. `stopped` aborts long runs. */
export function lookAgain(look: (stopped: AbortSignal) => Promise<void>): Looking {
  const stopping = new AbortController();
  const { signal } = stopping;
  const looking = (async () => {
    while (!signal.aborted) {
      await look(signal).catch(() => undefined);
      await delay(lookEveryMs, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await looking;
    },
  };
}
