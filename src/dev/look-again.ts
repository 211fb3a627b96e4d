import { setTimeout as delay } from 'node:timers/promises';

/** Something that is looked at again and again. */
export interface Looking {
  /** Ends it, once the look under way is over. */
  stop(): Promise<void>;
}

const lookEveryMs = 500;

/** Looks at once and twice a second from then on; a look that fails is made again. `stopped` tells long ones to end. */
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
