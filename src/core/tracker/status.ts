import { forecastEnd } from './forecast/end-forecast';
import type { ImportJob } from '../api/import-job';
import type { Problem } from './outcome';
import type { Polling } from './polling';
import { expiresAtText } from './retention';
import { duePoll } from './schedule';
import type { TrackerState } from './state';

/** What the tracker is doing now. */
export type Phase = 'waiting' | 'polling' | 'delivering' | 'done';

/** The progress of an import. Numbers are null if the API does not report enough. */
export interface Progress {
  processed: number | null;
  total: number | null;
  /** From 0 to 1. */
  fraction: number | null;
  rowsPerSecond: number | null;
  /** ISO 8601 UTC. */
  estimatedEndAt: string | null;
  /** Range in which nine of ten similar imports end. Null on a side that cannot be predicted. ISO 8601 UTC. */
  earliestEndAt: string | null;
  latestEndAt: string | null;
}

/** Answer of the query `status`. Times are ISO 8601 UTC. */
export interface TrackingState {
  phase: Phase;
  /** The job as last seen, without results; null before the first answer. */
  job: ImportJob | null;
  progress: Progress;
  polls: number;
  lastPollAt: string | null;
  /** Null unless waiting. */
  nextPollAt: string | null;
  /** Null if the input was refused. */
  expiresAt: string | null;
  problem: Problem | RefusedInput | null;
}

/** The problem of a tracker that refused its input and so never polled. `since` is ISO 8601 UTC. */
interface RefusedInput {
  code: 'invalid_input';
  /** The field, its value and the accepted form. */
  message: string;
  since: string;
}

/** The answer of a tracker that refused its input. */
export function refusedState(message: string, nowMs: number): TrackingState {
  const nothing = { processed: null, total: null, fraction: null, rowsPerSecond: null };
  const problem = { code: 'invalid_input', message, since: new Date(nowMs).toISOString() } as const;
  return {
    phase: 'done',
    job: null,
    progress: { ...nothing, estimatedEndAt: null, earliestEndAt: null, latestEndAt: null },
    polls: 0,
    lastPollAt: null,
    nextPollAt: null,
    expiresAt: null,
    problem,
  };
}

/** The public state of a tracker. */
export function trackingState(state: TrackerState, polling: Polling, phase: Phase): TrackingState {
  return {
    phase,
    job: state.job,
    progress: progressOf(state),
    polls: state.polls,
    lastPollAt: isoTime(state.lastPollAtMs),
    nextPollAt: phase === 'waiting' ? isoTime(duePoll(state, polling).atMs) : null,
    expiresAt: expiresAtText(state),
    problem: state.problem,
  };
}

/**
 * The import's progress. Its rate is measured from the first progress seen to the last, or from submission if only one
 * was seen.
 */
export function progressOf(state: TrackerState): Progress {
  const processed = state.job?.processed ?? null;
  const total = state.job?.total ?? null;
  const fraction = processed !== null && total !== null && total > 0 ? clamp(processed / total) : null;
  const rowsPerSecond = rateOf(state, processed);
  return { processed, total, fraction, rowsPerSecond, ...endOf(state, rowsPerSecond) };
}

type End = Pick<Progress, 'estimatedEndAt' | 'earliestEndAt' | 'latestEndAt'>;

/** The end as the schedule predicts it. Without a prediction, it assumes the current rate and gives no range. */
function endOf(state: TrackerState, rowsPerSecond: number | null): End {
  const { progressPoints: seen, submittedAtMs, lastPollAtMs, job } = state;
  const forecast = seen === null ? null : forecastEnd(seen, submittedAtMs);
  if (seen !== null && forecast !== null) {
    const at = (probability: number) => isoTime(forecast.quantile(probability));
    return {
      estimatedEndAt: at(0.5),
      earliestEndAt: forecast.isCurve ? at(0.05) : isoTime(seen.lastAtMs),
      latestEndAt: forecast.isCurve ? at(0.95) : null,
    };
  }
  const rows = (job?.total ?? NaN) - (job?.processed ?? NaN);
  const left = rowsPerSecond === null ? NaN : rows / rowsPerSecond;
  const endMs = left >= 0 && lastPollAtMs !== null ? lastPollAtMs + left * 1000 : null;
  return { estimatedEndAt: isoTime(endMs), earliestEndAt: null, latestEndAt: null };
}

function rateOf(
  { firstProgress, lastPollAtMs, submittedAtMs }: TrackerState,
  processed: number | null,
): number | null {
  if (processed === null || firstProgress === null || lastPollAtMs === null) return null;
  const moved = processed > firstProgress.processed && lastPollAtMs > firstProgress.atMs;
  const from = moved ? firstProgress : { atMs: submittedAtMs, processed: 0 };
  const rate = ((processed - from.processed) / (lastPollAtMs - from.atMs)) * 1000;
  return rate > 0 && Number.isFinite(rate) ? rate : null;
}

const clamp = (fraction: number) => Math.min(1, Math.max(0, fraction));

/** End of the year 9999. Later years have a sign and six digits, which Go, Java and Python cannot read. */
const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function isoTime(ms: number | null): string | null {
  return ms === null || ms < 0 || ms > latestMs ? null : new Date(ms).toISOString();
}
