import { forecastEnd, type EndForecast } from './end-forecast';
import type { Polling } from './polling';
import { stepOf, type ProgressPoints } from './progress-points';

/** Which share of a job its queue is taken to be at most, while a counter that counts stands at zero. */
const queueShare = 0.6;
/** Polls for which a zero counts as a queue. After that it may be a counter that never moves, about which nothing is known. */
const mostZeroPolls = 6;
/** How many times faster than ever seen the rest may be done. */
const paceLimit = 2.4;
/** By how much each look that agrees with the others lengthens what the next wait may take for granted, and to how many times the age at most. */
const leap = { perLook: 1.6, perLookAfterQueue: 1.25, most: 5 };
/** A zero that lasted for no more than this many steps of the counter, at the job's pace, was no queue but a counter that had not moved yet. */
const mostRoundedSteps = 1.5;
/** Quantiles of the predicted end: a look before it, and one after it. */
const before = 0.1;
const after = 0.85;
/** How wide, as a share of the age at the end, the prediction may be for the next look to be the last. */
const sharp = 0.025;
/** Which share of the predicted rest a look before the end waits for at least. */
const leastShare = 0.3;
/** How many of the shortest intervals before the predicted end that look must come, so that the last one is not late by keeping its distance. */
const leastIntervals = 2;
/** Shortest wait, as a share of the age, when the job is overdue. */
const overdueShare = 0.01;

/**
 * When to look next at a job that reports progress, in milliseconds after submission. `ageMs` is the age at the last look.
 *
 * It is never later than the geometric bound counted from {@link earliestEnd} instead of from now: a job that does not end before that time is
 * noticed at most `(backoffCoefficient − 1) × duration + initialInterval` late. Within it, a sharp prediction is waited out, and a vague one
 * is made sharper by a look before the end.
 */
export function aimedAge(
  seen: ProgressPoints,
  polling: Polling,
  submittedAtMs: number,
  ageMs: number,
  draw: number,
): number {
  const leastMs = ageMs + polling.initialIntervalMs;
  const forecast = forecastEnd(seen, submittedAtMs);
  const earliestMs = earliestEnd(seen, forecast, submittedAtMs, ageMs);
  const lateMs = (polling.backoffCoefficient - 1) * earliestMs + polling.initialIntervalMs;
  const boundMs = earliestMs + lateMs * (1 - polling.jitter * draw);
  const wantedMs = wantedAge(seen, forecast, submittedAtMs, ageMs, polling.initialIntervalMs);
  return Math.max(leastMs, Math.min(boundMs, ageMs + polling.maximumIntervalMs, wantedMs));
}

/**
 * Until which age the job is taken to go on: its own age while nothing is known. A counter at zero stands for a queue; one that moves on a
 * curve must still do its rest, at {@link paceLimit} times the fastest pace seen.
 */
function earliestEnd(
  seen: ProgressPoints,
  forecast: EndForecast | null,
  submittedAtMs: number,
  ageMs: number,
): number {
  const last = seen.points.at(-1);
  if (last === undefined) return seen.zeroPolls <= mostZeroPolls ? ageMs / queueShare : ageMs;
  const isSmooth = seen.stillPolls === 0 && !seen.hasStalled && (forecast?.isCurve ?? false);
  if (!isSmooth) return ageMs;
  const restMs = (seen.total - last.processed) / (paceLimit * fastestPace(seen, submittedAtMs));
  return Math.min(ageMs + restMs, ageMs * Math.min(leap.most, leapOf(seen, submittedAtMs)));
}

/** How many times the age may be leapt over. A counter that ran from the beginning has one look more: nothing done at submission. */
function leapOf(seen: ProgressPoints, submittedAtMs: number): number {
  const last = seen.points.at(-1) ?? { atMs: 0, processed: 0 };
  const pace = last.processed / Math.max(1, last.atMs - submittedAtMs);
  const queuedMs = seen.zeroAtMs === null ? 0 : seen.zeroAtMs - submittedAtMs;
  const wasQueued = pace * queuedMs > mostRoundedSteps * stepOf(seen);
  const looks = seen.points.length;
  return wasQueued ? leap.perLookAfterQueue ** (looks - 1) : leap.perLook ** looks;
}

/** The most rows a millisecond between two looks. */
function fastestPace({ points, zeroAtMs }: ProgressPoints, submittedAtMs: number): number {
  let [pace, fromMs, from] = [0, zeroAtMs ?? submittedAtMs, 0];
  for (const { atMs, processed } of points) {
    pace = Math.max(pace, (processed - from) / Math.max(1, atMs - fromMs));
    [fromMs, from] = [atMs, processed];
  }
  return pace;
}

/** When a look would be best, were there no bound. */
function wantedAge(
  seen: ProgressPoints,
  forecast: EndForecast | null,
  submittedAtMs: number,
  ageMs: number,
  intervalMs: number,
): number {
  const last = seen.points.at(-1);
  if (last === undefined) return Infinity;
  // What stands still may go on at any moment, or stand for as long again as it has.
  const patientMs = ageMs + Math.max(overdueShare * ageMs, seen.lastAtMs - last.atMs);
  if (forecast === null) return patientMs;
  const endAge = (probability: number) => forecast.quantile(probability) - submittedAtMs;
  const likelyMs = endAge(0.5);
  const earlyMs = Math.min(
    Math.max(endAge(before), ageMs + leastShare * (likelyMs - ageMs)),
    likelyMs - leastIntervals * intervalMs,
  );
  const isSharp = endAge(after) - endAge(before) < sharp * likelyMs;
  const aimMs = isSharp || earlyMs < ageMs + intervalMs ? endAge(after) : earlyMs;
  const isOverdue = seen.stillPolls > 0 || aimMs < ageMs + intervalMs;
  return isOverdue ? Math.max(aimMs, patientMs) : aimMs;
}
