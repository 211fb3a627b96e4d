import { forecastEnd, type EndForecast } from './end-forecast';
import { lineEvidence } from './line-evidence';
import type { Polling } from './polling';
import type { ProgressPoints } from './progress-points';

/** Which share of a job its queue is taken to be at most, while a counter that counts stands at zero. */
const queueShare = 0.55;
/** Polls for which a zero counts as a queue. After that it may be a counter that never moves, about which nothing is known. */
const mostZeroPolls = 6;
/** How many times faster than ever seen the rest may be done. */
const paceLimit = 2;
/** To how many times the age a job may be leapt over that lies on a line since submission: so many times the evidence to this power, at most. */
const lineLeap = { times: 0.7, power: 0.75, most: 5 };
/** For how many times as long as a curve has held it is taken to hold: the evidence to this power, less this, at most; and to how many times the age. */
const curveLeap = { power: 0.5, less: 0.5, mostSpans: 6, most: 2 };
/** The share of the rest, at the mean pace, for which a job that goes by bursts is let alone, and the least, as a share of the age. */
const burst = { rest: 0.5, age: 0.03, stall: 0.5 };
/** Quantiles of the predicted end: a look before it, and one after it. */
const before = 0.1;
const after = 0.85;
/** How wide, as a share of the age at the end, the prediction may be for the next look to be the last. */
const sharp = 0.02;
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
  if (goesByBursts(seen, forecast) || seen.stillPolls > 0) return ageMs;
  const restMs = (seen.total - last.processed) / (paceLimit * fastestPace(seen, submittedAtMs));
  return Math.min(ageMs + restMs, leapOver(seen, forecast, submittedAtMs, ageMs));
}

const goesByBursts = (seen: ProgressPoints, forecast: EndForecast | null): boolean =>
  seen.hasStalled || !(forecast?.isCurve ?? false);

/** The age up to which what was seen makes it unlikely that the job changes its pace. A line is believed sooner than a curve, which bends to fit. */
function leapOver(
  seen: ProgressPoints,
  forecast: EndForecast | null,
  submittedAtMs: number,
  ageMs: number,
): number {
  const line = Math.min(lineLeap.most, lineLeap.times * lineEvidence(seen, submittedAtMs) ** lineLeap.power);
  const [first, last] = [seen.points[0], seen.points.at(-1)];
  // The last zero is a look like any other.
  const looks = seen.points.length + (seen.zeroAtMs === null ? 0 : 1);
  const spans = Math.min(curveLeap.mostSpans, (forecast?.evidence ?? 0) ** curveLeap.power) - curveLeap.less;
  const heldMs = looks < 3 || first === undefined || last === undefined ? 0 : last.atMs - first.atMs;
  const curveMs = Math.min(curveLeap.most * ageMs, ageMs + Math.max(0, spans) * heldMs);
  return Math.max(curveMs, ageMs * Math.max(1, line));
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
  if (goesByBursts(seen, forecast)) return ageMs + burstWaitMs(seen, ageMs);
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

/** The wait of a job whose end cannot be predicted: the shorter, the fewer rows are left, and the longer, the longer it stands still. */
function burstWaitMs({ points, total, lastAtMs }: ProgressPoints, ageMs: number): number {
  const last = points.at(-1) ?? { atMs: lastAtMs, processed: total };
  const restMs = (ageMs * (total - last.processed)) / last.processed;
  return Math.max(burst.rest * restMs, burst.age * ageMs, burst.stall * (lastAtMs - last.atMs));
}
