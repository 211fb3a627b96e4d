/** A step of the API's clock: when it was made, and by how much the clock goes ahead since. */
export interface ClockStep {
  atMs: number;
  byMs: number;
}

/** When a clock that goes ahead in steps first showed a time, on the clock of this machine. */
export function whenShown(shownMs: number, steps: readonly ClockStep[]): number {
  let aheadMs = 0;
  for (const { atMs, byMs } of steps) {
    if (shownMs - aheadMs < atMs) break;
    aheadMs += byMs;
    if (shownMs - aheadMs < atMs) return atMs;
  }
  return shownMs - aheadMs;
}
