/** So often a watch counts again, in milliseconds. */
export const recountIntervalMs = 30_000;

/**
 * Gives what a watch calls at each look: it counts when the last count began at least 30 s before, never twice at once,
 * and hands on what was counted. Nobody waits for it.
 */
export function recounting<T>(
  count: () => Promise<T>,
  onCounted: (found: T) => void,
): (nowMs: number) => void {
  let begunMs = -Infinity;
  let pending = false;
  return (nowMs) => {
    if (pending || nowMs - begunMs < recountIntervalMs) return;
    begunMs = nowMs;
    pending = true;
    void count()
      .then(onCounted)
      .finally(() => (pending = false));
  };
}
