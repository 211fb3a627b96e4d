import { fitPower, type Observation, type PowerFit, type PowerPrior } from './power-fit';
import { stepOf, type ProgressPoints } from './progress-points';

/** A probability distribution of an import's end, in milliseconds on the workflow's clock. */
export interface EndForecast {
  /** The time before which the job ends with this probability, from 0 to 1. Never before the last poll. */
  quantile(probability: number): number;
  /** Whether the points lie on a curve. If not, the quantiles mean little. */
  isCurve: boolean;
  /**
   * How many times likelier the points are on a curve than by chance. By chance, a point is equally likely anywhere
   * below the last one.
   */
  evidence: number;
}

/** From this misfit on, the points are not on a curve. In variances of the assumed error. */
const maxMisfit = 3;

/** How much wider the rest is made on both sides, because no job follows a curve to its end. */
const widening = 0.018;
/** The assumption about a job's start before there are any points: a straight line. */
const rising: PowerPrior = { exponent: 1, drift: 0.025 };
/** The assumption about a job that slows down: how its rest shrinks towards the end. Its curve may still bend. */
const slowing: PowerPrior = { exponent: 1.3, drift: 0.08 };
/** If not all polls lie on a curve, this many of the last ones must. */
const recentObservations = 4;
/**
 * Points at which distributions are sampled: the start of the work within its bracket, deviations of the exponent, and
 * how many times longer than at its present pace the rest of a slowing job takes.
 */
const begins = [1, 3, 5, 7, 9, 11].map((twelfth) => twelfth / 12);
const deviations = [-2, -1.2, -0.4, 0.4, 1.2, 2];
const slownesses = Array.from({ length: 25 }, (_, index) => 4 ** (index / 24));

/**
 * Forecasts by their points, since the schedule and the details of a tracker need the same one several times per poll.
 */
const forecasts = new WeakMap<ProgressPoints, { submittedAtMs: number; forecast: EndForecast | null }>();

/**
 * Forecasts when the import ends, from the points of its counter; null if they say nothing.
 *
 * The model is a job that waits in a queue and then follows a power of the time. The work began between the last zero
 * and the first progress, so several start times are tried. For each, the exponent is a linear regression of log share
 * on log time, with a prior around 1, and the residuals estimate the error. The result is a mixture of all, weighted by
 * their fit.
 *
 * If that does not fit and the job has never stalled, only the last polls are used. First the same model is tried, then
 * a job that slows down, whose rest is a power of the remaining time, for several end times.
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
  const observations = seen.points.map(({ atMs, processed }) => ({
    atMs,
    share: Math.min(1, processed / seen.total + step / 2),
  }));
  const last = observations.at(-1);
  if (last === undefined || last.share >= 1) return null;
  const bracket = workBegan(observations, seen.zeroAtMs, submittedAtMs);
  const whole = risingCurve(observations, last, step, bracket);
  let curve = whole;
  if (!curve.fits && !seen.hasStalled && observations.length > recentObservations) {
    const recent = observations.slice(-recentObservations);
    curve = risingCurve(recent, last, step, bracket);
    if (!curve.fits) curve = slowingCurve(recent, last, step);
    if (!curve.fits) curve = whole;
  }
  // A job that progresses in bursts needs no quantiles.
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

/**
 * Curves of one kind through the last poll: whether any fits, the evidence for them, and the ends that they predict.
 */
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

/** Powers of the time since the work began, for start times throughout the bracket. */
function risingCurve(
  observations: Observation[],
  last: Observation,
  step: number,
  { fromMs, toMs }: Bracket,
): Curve {
  const fits = begins.map((share) =>
    fitPower(observations, last, step, fromMs + share * (toMs - fromMs), rising),
  );
  return curveOf(fits, () => fits.flatMap((one) => endsOf(one, last)));
}

/** Powers of the time until several ends: the job in reverse, so that it starts at its end. */
function slowingCurve(observations: Observation[], last: Observation, step: number): Curve {
  const backwards = ({ atMs, share }: Observation): Observation => ({ atMs: -atMs, share: 1 - share });
  const before = observations.at(-2) ?? last;
  const straightMs = ((1 - last.share) * (last.atMs - before.atMs)) / (last.share - before.share);
  const fits = slownesses.map((slowness) =>
    fitPower(
      observations.map(backwards),
      backwards(last),
      step,
      backwards(last).atMs - slowness * straightMs,
      slowing,
    ),
  );
  return curveOf(fits, () => fits.map(({ beganMs, weight }) => ({ atMs: -beganMs, weight })));
}

/** The time range in which the work began. */
interface Bracket {
  fromMs: number;
  toMs: number;
}

/**
 * The time range in which the work began: after the last zero. If a late tracker finds the counter ahead, it may start
 * before submission.
 */
function workBegan(observations: Observation[], zeroAtMs: number | null, submittedAtMs: number): Bracket {
  const [first, last] = [observations[0], observations.at(-1)];
  if (first === undefined || last === undefined) return { fromMs: submittedAtMs, toMs: submittedAtMs };
  const toMs = first.atMs - 1; // logarithms need some time between the start and the first progress
  if (zeroAtMs !== null) return { fromMs: Math.min(zeroAtMs, toMs), toMs };
  const rise = last.share - first.share;
  const straightMs = rise > 0 ? first.atMs - (first.share * (last.atMs - first.atMs)) / rise : submittedAtMs;
  return { fromMs: Math.min(submittedAtMs, straightMs, toMs), toMs };
}

interface WeightedEnd {
  atMs: number;
  weight: number;
}

const endsOf = ({ beganMs, exponent, deviation, weight }: PowerFit, last: Observation): WeightedEnd[] =>
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
