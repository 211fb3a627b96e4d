import { bending, bent, endings, type Ending } from './endings';
import { stepOf, type ProgressPoints } from './progress-points';

/** A probability distribution of the end of an import, on the workflow's clock in milliseconds. */
export interface EndForecast {
  /** The time before which the job ends with a probability, from 0 to 1. Never before the last look. */
  quantile(probability: number): number;
  /** Whether what was seen lies on a curve. If not, the quantiles mean little. */
  isCurve: boolean;
  /**
   * How many times likelier what was seen is on a curve than by chance, by which a point is anywhere below the last.
   */
  evidence: number;
}

/** From which misfit on, in variances of what was assumed, what was seen is no curve. */
const maxMisfit = 3;

/** Deviation of the exponent from the one that its ending begins with, before anything was seen. */
const exponentSpread = 0.25;
/**
 * How far the counter may stray from a curve, as a share of the rows done up to the last look: what is far from the end
 * says less about it.
 */
const drift = 0.02;
/** How far it may at the least, on the logarithm. */
const minDrift = 0.002;
/** How many looks the assumed drift counts for when the real one is estimated. */
const driftWeight = 0.3;
/** By how much the rest is made wider on both sides: no job follows a curve to the end. */
const widening = 0.025;
/**
 * Points at which distributions are cut: where in its bracket the work began, deviations of the exponent, places within
 * the counter's step.
 */
const begins = [1, 3, 5, 7, 9, 11].map((twelfth) => twelfth / 12);
const deviations = [-1.7, -0.6, 0.6, 1.7];
const places = [-0.4, 0, 0.4];

/**
 * A look: when, in milliseconds, and which share of the rows was done, in the middle of what the counter's step leaves
 * open.
 */
interface Look {
  atMs: number;
  share: number;
}

/**
 * Forecasts by what they were made from: the schedule and what is shown of a tracker ask for the same one several times
 * a poll.
 */
const forecasts = new WeakMap<ProgressPoints, { submittedAtMs: number; forecast: EndForecast | null }>();

/**
 * When the import may end, from the points of its counter; null while they tell nothing.
 *
 * Assumed is a job that does nothing in a queue and then follows a power of the time, bent by one of the
 * {@link endings}. Each of these is tried, and several places between the last zero and the first progress at which the
 * work may have begun; the exponent is at each a linear regression of the logarithm of the bent share on that of the
 * time; its residuals estimate the error. The result is the mixture of all, weighted by how well they fit.
 */
export function forecastEnd(seen: ProgressPoints, submittedAtMs: number): EndForecast | null {
  const known = forecasts.get(seen);
  if (known?.submittedAtMs === submittedAtMs) return known.forecast;
  const forecast = newForecast(seen, submittedAtMs);
  forecasts.set(seen, { submittedAtMs, forecast });
  return forecast;
}

function newForecast(seen: ProgressPoints, submittedAtMs: number): EndForecast | null {
  const step = stepOf(seen) / seen.total;
  const looks = seen.points.map(({ atMs, processed }) => ({
    atMs,
    share: Math.min(1, processed / seen.total + step / 2),
  }));
  const last = looks.at(-1);
  if (last === undefined || last.share >= 1) return null;
  const bracket = workBegan(looks, seen.zeroAtMs, submittedAtMs);
  const fits = begins.flatMap((share) => {
    const beganMs = bracket.fromMs + share * (bracket.toMs - bracket.fromMs);
    return endings.map((ending) => fit(looks, last, step, beganMs, ending));
  });
  // Of a job that goes by bursts nobody asks for a quantile.
  let ends: WeightedEnd[] | null = null;
  return {
    quantile: (probability) => {
      ends ??= fits.flatMap((one) => endsOf(one, last, step)).sort(byTime);
      const restMs = quantileOf(ends, probability) - last.atMs;
      return Math.max(seen.lastAtMs, last.atMs + restMs * (1 + 2 * widening * (probability - 0.5)));
    },
    isCurve: Math.min(...fits.map(({ misfit }) => misfit)) <= maxMisfit,
    evidence: fits.reduce((sum, one) => sum + one.evidence, 0) / begins.length,
  };
}

/**
 * Between which times the work began: after the last zero, or before submission when the counter ran ahead of a tracker
 * that came late.
 */
function workBegan(
  looks: Look[],
  zeroAtMs: number | null,
  submittedAtMs: number,
): { fromMs: number; toMs: number } {
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined) return { fromMs: submittedAtMs, toMs: submittedAtMs };
  const toMs = first.atMs - 1; // logarithms need some time between the beginning and the first progress
  if (zeroAtMs !== null) return { fromMs: Math.min(zeroAtMs, toMs), toMs };
  const rise = last.share - first.share;
  const straightMs = rise > 0 ? first.atMs - (first.share * (last.atMs - first.atMs)) / rise : submittedAtMs;
  return { fromMs: Math.min(submittedAtMs, straightMs, toMs), toMs };
}

/**
 * A curve through the last look: where it begins, its ending, its exponent with deviation, how well it fits, how much
 * likelier it is than chance.
 */
interface Fit {
  beganMs: number;
  ending: Ending;
  exponent: number;
  deviation: number;
  misfit: number;
  evidence: number;
  weight: number;
}

/**
 * The regression of the logarithm of the bent share on that of the time through the last look, with a prior on the
 * slope (conjugate, so that no search is needed).
 */
function fit(looks: Look[], last: Look, step: number, beganMs: number, ending: Ending): Fit {
  const prior = 1 / exponentSpread ** 2;
  let [precision, moment] = [prior, prior * ending.exponent];
  const widthOf = (share: number) => bending(share, ending) / share;
  const earlier = looks.slice(0, -1).map(({ atMs, share }) => {
    const time = Math.log((atMs - beganMs) / (last.atMs - beganMs));
    const done = Math.log(bent(share, ending) / bent(last.share, ending));
    const width = widthOf(share);
    const rounding = (step * step * (width ** 2 + widthOf(last.share) ** 2)) / 12; // of what is lost by whole steps
    const strayed = drift * width * (last.share - share);
    const weight = 1 / (rounding + strayed ** 2 + minDrift ** 2);
    precision += weight * time * time;
    moment += weight * time * done;
    // Bent endings are compared by how likely they make the shares that were seen.
    return { time, done, weight, density: width * last.share * Math.sqrt(weight / (2 * Math.PI)) };
  });
  const exponent = moment / precision;
  const squares = earlier.reduce(
    (sum, { time, done, weight }) => sum + weight * (done - exponent * time) ** 2,
    prior * (exponent - ending.exponent) ** 2,
  );
  const freedom = earlier.length + driftWeight;
  // A look anywhere below the last is as likely as any other, by chance: a density of 1.
  const likelihood = ending.weight * earlier.reduce((product, { density }) => product * density, 1);
  return {
    beganMs,
    ending,
    exponent,
    deviation: Math.sqrt((squares + driftWeight) / freedom / precision),
    misfit: squares / Math.max(1, earlier.length),
    evidence: (likelihood * Math.exp(-squares / 2)) / Math.sqrt(precision / prior),
    // The evidence of a regression whose error is not known: Student's, not Gauss's.
    weight: (likelihood * (1 + squares / driftWeight) ** (-freedom / 2)) / Math.sqrt(precision),
  };
}

interface WeightedEnd {
  atMs: number;
  weight: number;
}

function endsOf(
  { beganMs, ending, exponent, deviation, weight }: Fit,
  last: Look,
  step: number,
): WeightedEnd[] {
  const logShares = places.map((place) => Math.log(bent(Math.min(1, last.share + place * step), ending)));
  return deviations.flatMap((by) => {
    const power = exponent * Math.exp((by * deviation) / exponent);
    const weightHere = weight * Math.exp((-by * by) / 2);
    return logShares.map((logShare) => ({
      atMs: beganMs + (last.atMs - beganMs) * Math.exp(-logShare / power),
      weight: weightHere,
    }));
  });
}

/** Ends that are out of reach are all at infinity. */
const byTime = (one: WeightedEnd, other: WeightedEnd): number =>
  one.atMs === other.atMs ? 0 : one.atMs - other.atMs;

function quantileOf(ends: WeightedEnd[], probability: number): number {
  const wanted = probability * ends.reduce((sum, { weight }) => sum + weight, 0);
  let sum = 0;
  for (const { atMs, weight } of ends) if ((sum += weight) >= wanted) return atMs;
  return ends.at(-1)?.atMs ?? 0;
}
