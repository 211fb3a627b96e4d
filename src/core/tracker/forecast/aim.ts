import { forecastEnd, type EndForecast } from './end-forecast';
import { lineEvidence } from './line-evidence';
import type { Polling } from '../polling';
import type { ProgressPoints } from './progress-points';

/**
 * The largest share of a job's duration that its queue is assumed to take, by the number of polls that found the
 * counter at zero. After that many polls the counter may never move, and nothing is known.
 */
const queueShares = [0.4, 0.5, 0.55, 0.65, 0.65, 0.65];
/** The rest may be processed at most this many times faster than the fastest pace seen. */
const paceLimit = 2;
/**
 * Trust in a line through submission: the evidence from which it is full, the power by which less evidence counts, and
 * up to how many times the age it reaches.
 */
const lineTrust = { evidence: 60, power: 0.5, most: 5 };
/** The same for a curve, which fits more easily. */
const curveTrust = { evidence: 3000, power: 0.25, most: 1.7 };
/** Trust is raised to the share of rows done, to this power: early in a job, everything may still change. */
const earlyDiscount = -0.3;
/**
 * How long to wait for a job that progresses in bursts: this share of the rest at the mean pace, or of the stall so
 * far, and at least this share of the age.
 */
const burst = { share: 0.44, age: 0.03 };
/** Quantiles of the predicted end: a poll after it, and a poll before it that is as far away. */
const after = 0.85;
const before = 1 - after;
/** Maximum width of the prediction, as a share of the age at the end, for the next poll to be the last. */
const sharp = { onLine: 0.02, onCurve: 0.05 };
/** Minimum share of the predicted rest that a poll before the end waits. */
const minShare = 0.3;
/**
 * How many of the shortest intervals a poll before the predicted end must leave, so that the last poll is not delayed
 * by the minimum interval.
 */
const minIntervals = 2;
/** Minimum wait, as a share of the age, for an overdue job. */
const overdueShare = 0.01;

/**
 * When to poll a job next that reports progress, in milliseconds after submission. `ageMs` is the age at the last poll.
 *
 * Never later than the geometric bound, counted from {@link earliestEnd} instead of from now. If the job does not end
 * before that time, its end is noticed at most `(backoffCoefficient − 1) × duration + initialInterval` late. Within the
 * bound, the tracker waits for the end if the prediction is sharp. Otherwise it polls once before the end to sharpen
 * it.
 */
export function aimedAge(
  seen: ProgressPoints,
  polling: Polling,
  submittedAtMs: number,
  ageMs: number,
  draw: number,
): number {
  const { initialIntervalMs: intervalMs } = polling;
  const forecast = forecastEnd(seen, submittedAtMs);
  const earliestMs = earliestEnd(seen, forecast, submittedAtMs, ageMs);
  const lateMs = (polling.backoffCoefficient - 1) * earliestMs + intervalMs;
  const boundMs = earliestMs + lateMs * (1 - polling.jitter * draw);
  const maxMs = Math.min(boundMs, ageMs + polling.maximumIntervalMs);
  const wantedMs = wantedAge(seen, forecast, submittedAtMs, ageMs, intervalMs);
  const minMs = ageMs + intervalMs;
  if (wantedMs <= maxMs) return Math.max(minMs, wantedMs);
  // A poll before the end must leave room for the one at the end.
  const beforeEndMs = goesByBursts(seen, forecast)
    ? Infinity
    : likelyAge(forecast, submittedAtMs) - intervalMs;
  return Math.max(minMs, beforeEndMs < minMs ? maxMs : Math.min(maxMs, beforeEndMs));
}

/**
 * The age until which the job is assumed to run: its present age while nothing is known. A counter at zero means a
 * queue. If the counter moves on a line or a curve, the rest is still to come. The less likely the points are by
 * chance, the longer that rest is assumed to take.
 */
function earliestEnd(
  seen: ProgressPoints,
  forecast: EndForecast | null,
  submittedAtMs: number,
  ageMs: number,
): number {
  const last = seen.points.at(-1);
  if (last === undefined) return ageMs / (queueShares[seen.zeroPolls - 1] ?? 1);
  if (goesByBursts(seen, forecast) || seen.stillPolls > 0) return ageMs;
  const restMs = (seen.total - last.processed) / fastestPace(seen, submittedAtMs);
  const trustedMs = ({ evidence, power, most }: typeof lineTrust, seenEvidence: number): number => {
    const trust =
      Math.min(1, (seenEvidence / evidence) ** power) ** ((last.processed / seen.total) ** earlyDiscount);
    return Math.min(trust * restMs, (most - 1) * ageMs);
  };
  // The last zero counts as a poll, too. Two points always lie on a curve.
  const observationCount = seen.points.length + (seen.zeroAtMs === null ? 0 : 1);
  const lineMs = trustedMs(lineTrust, lineEvidence(seen, submittedAtMs));
  const curveMs = observationCount < 3 ? 0 : trustedMs(curveTrust, forecast?.evidence ?? 0);
  return ageMs + Math.min(restMs / paceLimit, Math.max(lineMs, curveMs));
}

const goesByBursts = (seen: ProgressPoints, forecast: EndForecast | null): boolean =>
  seen.hasStalled || !(forecast?.isCurve ?? false);

/** The age by which the job has ended with a probability of one half; infinite if that cannot be predicted. */
const likelyAge = (forecast: EndForecast | null, submittedAtMs: number): number =>
  forecast === null ? Infinity : forecast.quantile(0.5) - submittedAtMs;

/** The fastest pace between two polls, in rows per millisecond. */
function fastestPace({ points, zeroAtMs }: ProgressPoints, submittedAtMs: number): number {
  let [pace, fromMs, from] = [0, zeroAtMs ?? submittedAtMs, 0];
  for (const { atMs, processed } of points) {
    pace = Math.max(pace, (processed - from) / Math.max(1, atMs - fromMs));
    [fromMs, from] = [atMs, processed];
  }
  return pace;
}

/** The best time to poll, without any bound. */
function wantedAge(
  seen: ProgressPoints,
  forecast: EndForecast | null,
  submittedAtMs: number,
  ageMs: number,
  intervalMs: number,
): number {
  const last = seen.points.at(-1);
  if (last === undefined) return Infinity;
  // A stalled job may resume at any moment, or stall for as long again.
  const patientMs = ageMs + Math.max(overdueShare * ageMs, seen.lastAtMs - last.atMs);
  if (forecast === null) return patientMs;
  if (goesByBursts(seen, forecast)) return ageMs + burstWaitMs(seen, ageMs);
  const endAge = (probability: number) => forecast.quantile(probability) - submittedAtMs;
  const likelyMs = likelyAge(forecast, submittedAtMs);
  const earlyMs = Math.min(
    Math.max(endAge(before), ageMs + minShare * (likelyMs - ageMs)),
    likelyMs - minIntervals * intervalMs,
  );
  const isOnLine = lineEvidence(seen, submittedAtMs) >= lineTrust.evidence;
  const widest = isOnLine ? sharp.onLine : sharp.onCurve;
  const isSharp = endAge(after) - endAge(before) < widest * likelyMs;
  const aimMs = isSharp || earlyMs < ageMs + intervalMs ? endAge(after) : earlyMs;
  const isOverdue = seen.stillPolls > 0 || aimMs < ageMs + intervalMs;
  return isOverdue ? Math.max(aimMs, patientMs) : aimMs;
}

/** The wait for a job whose end cannot be predicted: shorter with fewer rows left, longer the longer it stalls. */
function burstWaitMs({ points, total, lastAtMs }: ProgressPoints, ageMs: number): number {
  const last = points.at(-1) ?? { atMs: lastAtMs, processed: total };
  const restMs = (ageMs * (total - last.processed)) / last.processed;
  return Math.max(burst.age * ageMs, burst.share * Math.max(restMs, lastAtMs - last.atMs));
}
