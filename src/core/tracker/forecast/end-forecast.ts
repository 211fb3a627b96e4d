import { fitPower, type Look, type PowerFit, type PowerPrior } from './power-fit';
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

/** By how much the rest is made wider on both sides: no job follows a curve to the end. */
const widening = 0.018;
/** How a job is taken to go on from its beginning, before anything was seen: straight. */
const rising: PowerPrior = { exponent: 1, drift: 0.025 };
/** How what is left of a job that slows down is taken to shrink towards its end; it may bend on the way there. */
const slowing: PowerPrior = { exponent: 1.3, drift: 0.08 };
/** How many of the last looks must lie on a curve where all of them do not. */
const recentLooks = 4;
/**
 * Points at which distributions are cut: where in its bracket the work began, deviations of the exponent, how many
 * times longer than at its present pace the rest of a job takes that slows down.
 */
const begins = [1, 3, 5, 7, 9, 11].map((twelfth) => twelfth / 12);
const deviations = [-2, -1.2, -0.4, 0.4, 1.2, 2];
const slownesses = Array.from({ length: 25 }, (_, index) => 4 ** (index / 24));

/**
 * Forecasts by what they were made from: the schedule and what is shown of a tracker ask for the same one several times
 * a poll.
 */
const forecasts = new WeakMap<ProgressPoints, { submittedAtMs: number; forecast: EndForecast | null }>();

/**
 * When the import may end, from the points of its counter; null while they tell nothing.
 *
 * Assumed is a job that does nothing in a queue and then follows a power of the time. Where between the last zero and
 * the first progress the work began is tried at several places; the exponent is at each a linear regression of log
 * share on log time with a prior around 1; its residuals estimate the error. The result is the mixture of all, weighted
 * by how well they fit.
 *
 * Where that does not fit and the job has never stalled, its last looks alone are tried: first as before, then on a job
 * that slows down, of which what is left is a power of the time that is left, for several ends.
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
  const whole = risingCurve(looks, last, step, bracket);
  let curve = whole;
  if (!curve.fits && !seen.hasStalled && looks.length > recentLooks) {
    const recent = looks.slice(-recentLooks);
    curve = risingCurve(recent, last, step, bracket);
    if (!curve.fits) curve = slowingCurve(recent, last, step);
    if (!curve.fits) curve = whole;
  }
  // Of a job that goes by bursts nobody asks for a quantile.
  let ends: WeightedEnd[] | null = null;
  return {
    quantile: (probability) => {
      ends ??= curve.ends().sort((one, other) => one.atMs - other.atMs);
      const restMs = quantileOf(ends, probability) - last.atMs;
      return Math.max(seen.lastAtMs, last.atMs + restMs * (1 + 2 * widening * (probability - 0.5)));
    },
    isCurve: curve.fits,
    evidence: curve.evidence,
  };
}

/** Curves of one kind through the last look: whether any fits, the evidence for them, the ends that they foretell. */
interface Curve {
  fits: boolean;
  evidence: number;
  ends(): WeightedEnd[];
}

const curveOf = (fits: PowerFit[], ends: () => WeightedEnd[]): Curve => ({
  fits: Math.min(...fits.map(({ misfit }) => misfit)) <= maxMisfit,
  evidence: fits.reduce((sum, one) => sum + one.evidence, 0) / fits.length,
  ends,
});

/** Powers of the time since the work began, anywhere in the bracket. */
function risingCurve(looks: Look[], last: Look, step: number, { fromMs, toMs }: Bracket): Curve {
  const fits = begins.map((share) => fitPower(looks, last, step, fromMs + share * (toMs - fromMs), rising));
  return curveOf(fits, () => fits.flatMap((one) => endsOf(one, last)));
}

/** Powers of the time that is left until several ends: the job seen backwards, so that it begins where it ends. */
function slowingCurve(looks: Look[], last: Look, step: number): Curve {
  const backwards = ({ atMs, share }: Look): Look => ({ atMs: -atMs, share: 1 - share });
  const before = looks.at(-2) ?? last;
  const straightMs = ((1 - last.share) * (last.atMs - before.atMs)) / (last.share - before.share);
  const fits = slownesses.map((slowness) =>
    fitPower(
      looks.map(backwards),
      backwards(last),
      step,
      backwards(last).atMs - slowness * straightMs,
      slowing,
    ),
  );
  return curveOf(fits, () => fits.map(({ beganMs, weight }) => ({ atMs: -beganMs, weight })));
}

/** Between which times the work began. */
interface Bracket {
  fromMs: number;
  toMs: number;
}

/**
 * Between which times the work began: after the last zero, or before submission when the counter ran ahead of a tracker
 * that came late.
 */
function workBegan(looks: Look[], zeroAtMs: number | null, submittedAtMs: number): Bracket {
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined) return { fromMs: submittedAtMs, toMs: submittedAtMs };
  const toMs = first.atMs - 1; // logarithms need some time between the beginning and the first progress
  if (zeroAtMs !== null) return { fromMs: Math.min(zeroAtMs, toMs), toMs };
  const rise = last.share - first.share;
  const straightMs = rise > 0 ? first.atMs - (first.share * (last.atMs - first.atMs)) / rise : submittedAtMs;
  return { fromMs: Math.min(submittedAtMs, straightMs, toMs), toMs };
}

interface WeightedEnd {
  atMs: number;
  weight: number;
}

const endsOf = ({ beganMs, exponent, deviation, weight }: PowerFit, last: Look): WeightedEnd[] =>
  deviations.map((by) => {
    const power = exponent * Math.exp((by * deviation) / exponent); // never below zero
    return {
      atMs: beganMs + (last.atMs - beganMs) * last.share ** (-1 / power),
      weight: weight * Math.exp((-by * by) / 2),
    };
  });

function quantileOf(ends: WeightedEnd[], probability: number): number {
  const wanted = probability * ends.reduce((sum, { weight }) => sum + weight, 0);
  let sum = 0;
  for (const { atMs, weight } of ends) if ((sum += weight) >= wanted) return atMs;
  return ends.at(-1)?.atMs ?? 0;
}
