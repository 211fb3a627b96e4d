import { moment } from '../../core/details/markdown';
import { monthOf } from '../../temporal/fleet';
import type { CountedRequests } from './worker-requests';

/** How fast a worker spends requests. */
export interface RunningRate {
  perDay: number;
  /** The total at the end of the month; null for counts younger than a day, which are too short to extrapolate. */
  byEnd: number | null;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/**
 * The rate since the worker started to count, at the start of the month or its own start, whichever is later. The first
 * hour counts as a whole one. Null if the worker does not report when it started to count.
 */
export function runningRate({ spent, sinceMs, nowMs }: CountedRequests): RunningRate | null {
  if (sinceMs === null) return null;
  const { beganMs, endMs } = monthOf(nowMs);
  const countedMs = Math.max(hourMs, nowMs - Math.max(beganMs, sinceMs));
  const perMs = spent / countedMs;
  return {
    perDay: perMs * dayMs,
    byEnd: countedMs < dayMs ? null : Math.round(spent + perMs * (endMs - nowMs)),
  };
}

/** What a worker has spent, since when, and how fast, in words. */
export function spentText(counted: CountedRequests): string {
  const { spent, quota, address } = counted;
  const rate = runningRate(counted);
  const byEnd = rate?.byEnd == null ? '' : `, ${grouped(rate.byEnd)} by the month's end`;
  const pace = rate === null ? '' : `; ${grouped(Math.round(rate.perDay))} a day${byEnd}`;
  return `${grouped(spent)} of ${grouped(quota)} by the worker at ${address} since ${sinceText(counted)}${pace}`;
}

function sinceText({ sinceMs, nowMs }: CountedRequests): string {
  if (sinceMs === null) return 'the month began or since it started (the worker does not report which)';
  const { beganMs } = monthOf(nowMs);
  return sinceMs <= beganMs ? new Date(beganMs).toISOString().slice(0, 10) : `its start, ${moment(sinceMs)}`;
}

/** A number with thousands separators. */
export const grouped = (count: number): string => count.toLocaleString('en');
