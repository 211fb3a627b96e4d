/** How late polls were, in milliseconds: the median, and the 95th and 99th percentile. */
export interface Lateness {
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

/** The polls of all trackers within a period. */
export const pollsIn = (times: readonly number[][], fromMs: number, untilMs: number): number[] =>
  times.flat().filter((at) => at >= fromMs && at < untilMs);

/**
 * How much longer than the interval it took until a tracker's next request; this includes the duration of one poll.
 * Counts polls of the period.
 */
export function lateness(
  times: readonly number[][],
  { intervalMs, fromMs, untilMs }: { intervalMs: number; fromMs: number; untilMs: number },
): Lateness {
  const late = times
    .flatMap((each) =>
      each.flatMap((at, index) => {
        const previous = each[index - 1];
        const counts = previous !== undefined && at >= fromMs && at < untilMs;
        return counts ? [Math.max(0, at - previous - intervalMs)] : [];
      }),
    )
    .sort((one, other) => one - other);
  const percentile = (share: number) => late[Math.min(late.length - 1, Math.floor(share * late.length))] ?? 0;
  return { p50Ms: percentile(0.5), p95Ms: percentile(0.95), p99Ms: percentile(0.99) };
}
