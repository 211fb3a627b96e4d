import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a turn; rejects when the signal is aborted. */
export type Spacing = (signal: AbortSignal | undefined) => Promise<void>;

/**
 * Creates turns at even intervals, at most `perSecond` per second. The Temporal server limits the fleet only roughly,
 * so each client spaces its own requests too. An aborted turn is not passed on.
 */
export function createSpacing(perSecond: number): Spacing {
  const intervalMs = 1000 / perSecond;
  let nextMs = 0;
  return async (signal) => {
    const nowMs = performance.now();
    const turnMs = Math.max(nowMs, nextMs);
    nextMs = turnMs + intervalMs;
    if (turnMs > nowMs) await delay(turnMs - nowMs, undefined, signal ? { signal } : {});
  };
}
