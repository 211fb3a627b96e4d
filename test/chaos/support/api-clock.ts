/** A step of the API's clock: when it was made, and how far ahead the clock is since. */
export interface ClockStep {
  atMs: number;
  byMs: number;
}

/** When a clock that jumps ahead first showed a time, on this machine's clock. */
export function whenShown(shownMs: number, steps: readonly ClockStep[]): number {
  let aheadMs = 0;
  for (const { atMs, byMs } of steps) {
    if (shownMs - aheadMs < atMs) break;
    aheadMs += byMs;
    if (shownMs - aheadMs < atMs) return atMs;
  }
  return shownMs - aheadMs;
}
