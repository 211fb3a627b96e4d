/** How often a watch counts again, in milliseconds. */
export const recountIntervalMs = 30_000;

/**
 * Returns a function that a watch calls after each fetch. It starts a count if the last one started at least 30 s ago,
 * never two at once, and passes on the result. Nothing waits for it.
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
