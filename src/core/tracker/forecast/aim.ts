import { forecastEnd, type EndForecast } from './end-forecast';
import { lineEvidence } from './line-evidence';
import type { Polling } from '../polling';
import type { ProgressPoints } from './progress-points';

/**
 * Which share of a job its queue is taken to be at most, by how many polls found the counter at zero. After these it
 * may be a counter that never moves, about which nothing is known.
 */
const queueShares = [0.4, 0.5, 0.55, 0.65, 0.65, 0.65];
/** How many times faster than ever seen the rest may be done. */
const paceLimit = 2;
/**
 * From how much evidence on a line through submission is trusted wholly; the power by which less counts; to how many
 * times the age it is trusted at most.
 */
const lineTrust = { evidence: 60, power: 0.5, most: 5 };
/** The same of a curve, which bends to fit. */
const curveTrust = { evidence: 3000, power: 0.25, most: 1.7 };
/**
 * Trust is raised to the share of the rows done to this power: of a job that has just begun everything may still
 * change.
 */
const earlyDiscount = -0.3;
/**
 * The share of the rest, at the mean pace, or of the stall so far for which a job that goes by bursts is let alone, and
 * the least, as a share of the age.
 */
const burst = { share: 0.44, age: 0.03 };
/** Quantiles of the predicted end: a look after it, and as far out one before it. */
const after = 0.85;
const before = 1 - after;
/** How wide, as a share of the age at the end, the prediction may be for the next look to be the last. */
const sharp = { onLine: 0.02, onCurve: 0.05 };
/** Which share of the predicted rest a look before the end waits for at least. */
const minShare = 0.3;
/**
 * How many of the shortest intervals before the predicted end that look must come, so that the last one is not late by
 * keeping its distance.
 */
const minIntervals = 2;
/** Shortest wait, as a share of the age, when the job is overdue. */
const overdueShare = 0.01;

/**
 * When to look next at a job that reports progress, in milliseconds after submission. `ageMs` is the age at the last
 * look.
 *
 * It is never later than the geometric bound counted from {@link earliestEnd} instead of from now: a job that does not
 * end before that time is noticed at most `(backoffCoefficient − 1) × duration + initialInterval` late. Within it, a
 * sharp prediction is waited out, and a vague one is made sharper by a look before the end.
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
  // A look that comes too early must leave room for the one at the end.
  const beforeEndMs = goesByBursts(seen, forecast)
    ? Infinity
    : likelyAge(forecast, submittedAtMs) - intervalMs;
  return Math.max(minMs, beforeEndMs < minMs ? maxMs : Math.min(maxMs, beforeEndMs));
}

/**
 * Until which age the job is taken to go on: its own age while nothing is known. A counter at zero stands for a queue;
 * one that moves on a line or a curve must still do its rest, which is trusted to take the longer, the less what was
 * seen can be chance.
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
  // The last zero is a look like any other; two looks are always on a curve.
  const looks = seen.points.length + (seen.zeroAtMs === null ? 0 : 1);
  const lineMs = trustedMs(lineTrust, lineEvidence(seen, submittedAtMs));
  const curveMs = looks < 3 ? 0 : trustedMs(curveTrust, forecast?.evidence ?? 0);
  return ageMs + Math.min(restMs / paceLimit, Math.max(lineMs, curveMs));
}

const goesByBursts = (seen: ProgressPoints, forecast: EndForecast | null): boolean =>
  seen.hasStalled || !(forecast?.isCurve ?? false);

/** The age at which the job is as likely to have ended as not; never, while that cannot be said. */
const likelyAge = (forecast: EndForecast | null, submittedAtMs: number): number =>
  forecast === null ? Infinity : forecast.quantile(0.5) - submittedAtMs;

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

/**
 * The wait of a job whose end cannot be predicted: the shorter, the fewer rows are left, and the longer, the longer it
 * stands still.
 */
function burstWaitMs({ points, total, lastAtMs }: ProgressPoints, ageMs: number): number {
  const last = points.at(-1) ?? { atMs: lastAtMs, processed: total };
  const restMs = (ageMs * (total - last.processed)) / last.processed;
  return Math.max(burst.age * ageMs, burst.share * Math.max(restMs, lastAtMs - last.atMs));
}
