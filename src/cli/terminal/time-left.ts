import { describeDuration } from '../../core/duration';
import type { Progress } from '../../core/tracker/status';

/**
 * When an import is expected to end, ISO 8601 UTC, with the earliest and the latest likely time if the tracker can
 * estimate them.
 */
export interface ExpectedEnd extends Pick<Progress, 'estimatedEndAt'> {
  earliestEndAt?: string | null;
  latestEndAt?: string | null;
}

/**
 * The time until the expected end, in words, such as `about 3 min left (2 min to 5 min)` or `about to end`. Null if no
 * end is expected or its time has passed.
 */
export function timeLeft(
  { estimatedEndAt, earliestEndAt, latestEndAt }: ExpectedEnd,
  nowMs: number,
): string | null {
  const leftMs = (at: string | null | undefined) => (at ? Date.parse(at) - nowMs : null);
  const left = leftMs(estimatedEndAt);
  if (left === null || !(left > 0)) return null;
  const earliest = leftMs(earliestEndAt);
  const latest = leftMs(latestEndAt);
  if (left < 1000) return 'about to end';
  const about = `about ${describeDuration(left)} left`;
  if (earliest === null || latest === null || !(latest > earliest)) return about;
  const [from, to] = [describeDuration(Math.max(0, earliest)), describeDuration(latest)];
  return from === to ? about : `${about} (${from} to ${to})`;
}
