import { maxDurationMs } from '../duration';
import type { InputProblem } from '../validation';
import type { TrackerState } from './state';

/** Maximum difference between the clocks of two servers. */
const clockToleranceMs = 86_400_000;

/** Maximum number of polls of any tracker: one every 100 ms for a year. */
const mostPolls = maxDurationMs / 100;

/**
 * Checks the values of a state that claims to come from the previous run, after its form was checked. Returns what no
 * release could have handed over.
 */
export function carriedTrackerProblems(
  state: TrackerState,
  { jobId, nowMs }: { jobId: string; nowMs: number },
): InputProblem[] {
  const latestMs = nowMs + clockToleranceMs;
  const isPast = (ms: number | null | undefined) => ms === null || ms === undefined || ms <= latestMs;
  const { startedAtMs, submittedAtMs, progressPoints: points, missing, job } = state;
  const shownId = job?.job_id;
  const facts: [field: string, fits: boolean, seen: unknown, accepted: string][] = [
    ['startedAtMs', isPast(startedAtMs), startedAtMs, 'a time before this run'],
    [
      'submittedAtMs',
      submittedAtMs <= startedAtMs && submittedAtMs >= startedAtMs - maxDurationMs,
      submittedAtMs,
      'a time before the start, by at most 365 days',
    ],
    ['lastPollAtMs', isPast(state.lastPollAtMs), state.lastPollAtMs, 'a time before this run'],
    ['troubledSinceMs', isPast(state.troubledSinceMs), state.troubledSinceMs, 'a time before this run'],
    ['missing.sinceMs', isPast(missing?.sinceMs), missing?.sinceMs, 'a time before this run'],
    ['progressPoints.lastAtMs', isPast(points?.lastAtMs), points?.lastAtMs, 'a time before this run'],
    ['polls', state.polls >= 0 && state.polls <= mostPolls, state.polls, 'a number of polls'],
    ['missing.polls', (missing?.polls ?? 0) >= 0, missing?.polls, 'a number of polls'],
    ['progressPoints.total', (points?.total ?? 1) > 0, points?.total, 'a number of rows'],
    ['job.job_id', typeof shownId !== 'string' || shownId === jobId, shownId, 'the job that is followed'],
    ['job.results', !job?.results, 'a list', 'no such field'],
  ];
  return facts
    .filter(([, fits]) => !fits)
    .map(([field, , seen, accepted]) => ({
      field: `carried.${field}`,
      seen: JSON.stringify(seen).slice(0, 120),
      accepted,
    }));
}
