import type { Trace } from '../../src/cli/budget/traces';

/** How a poller found the end of a job: the number of its poll, and when, in milliseconds after submission. */
export interface Found {
  polls: number;
  atMs: number;
}

/** The cost of a policy over the jobs of a family. A relative delay is a share of the job's duration. */
export interface Measure {
  meanPolls: number;
  p95Polls: number;
  meanDelayMs: number;
  p95DelayMs: number;
  meanRelativeDelay: number;
  p95RelativeDelay: number;
  maxRelativeDelay: number;
}

/** Whether a job was found later than the default policy's bound, `0.25 × duration + 2 s`, by more than rounding. */
export const isBeyondBound = ({ atMs }: Found, durationMs: number): boolean =>
  atMs > 1.25 * durationMs + 2001;

/** Sums up polls and delays. */
export function measure(traces: Trace[], found: Found[]): Measure {
  const polls = found.map((one) => one.polls);
  const durations = traces.map(({ durationMs }) => durationMs);
  const delays = found.map(({ atMs }, index) => atMs - (durations[index] ?? NaN));
  const relative = delays.map((delay, index) => delay / (durations[index] ?? NaN));
  return {
    meanPolls: mean(polls),
    p95Polls: quantile(polls, 0.95),
    meanDelayMs: mean(delays),
    p95DelayMs: quantile(delays, 0.95),
    meanRelativeDelay: mean(relative),
    p95RelativeDelay: quantile(relative, 0.95),
    maxRelativeDelay: quantile(relative, 1),
  };
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The smallest value that at least this share of the values does not exceed. */
function quantile(values: number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
