/** Prior standard deviation of a curve's exponent. */
const exponentSpread = 0.25;
/** Minimum deviation of the counter from a curve, on the logarithm of the share done. */
const minDrift = 0.002;
/** How many polls the assumed drift counts for when the real one is estimated. */
const driftWeight = 0.3;
/** Maximum weight of a poll as evidence of a curve, since a stretch of bursts may lie on one exactly. */
const maxEvidentWeight = 1000;

/**
 * A poll: its time in milliseconds, and the share of rows done, in the middle of what the counter's step leaves open.
 */
export interface Observation {
  atMs: number;
  share: number;
}

/** The assumption about a curve before there are any points. */
export interface PowerPrior {
  exponent: number;
  /**
   * How far the counter may deviate from the curve, per unit of the logarithm of the share done: points far from the
   * last poll count less.
   */
  drift: number;
}

/**
 * A curve through the last poll: its start, its exponent and deviation, its fit, and how much likelier it is than
 * chance.
 */
export interface PowerFit {
  beganMs: number;
  exponent: number;
  deviation: number;
  misfit: number;
  evidence: number;
  weight: number;
}

/**
 * Fits log share on log time since `beganMs` by regression, through the last poll. The prior on the slope is conjugate,
 * so no search is needed. `step` is the share by which the counter moves.
 */
export function fitPower(
  observations: readonly Observation[],
  last: Observation,
  step: number,
  beganMs: number,
  { exponent: expected, drift }: PowerPrior,
): PowerFit {
  const prior = 1 / exponentSpread ** 2;
  let [precision, moment] = [prior, prior * expected];
  const earlier = observations.slice(0, -1).map(({ atMs, share }) => {
    const time = Math.log((atMs - beganMs) / (last.atMs - beganMs));
    const done = Math.log(share / last.share);
    const rounding = (step * step * (share ** -2 + last.share ** -2)) / 12; // variance of the rounding to whole steps
    const weight = 1 / (rounding + (drift * done) ** 2 + minDrift ** 2);
    precision += weight * time * time;
    moment += weight * time * done;
    return { time, done, weight };
  });
  const exponent = moment / precision;
  const squares = earlier.reduce(
    (sum, { time, done, weight }) => sum + weight * (done - exponent * time) ** 2,
    prior * (exponent - expected) ** 2,
  );
  const freedom = earlier.length + driftWeight;
  return {
    beganMs,
    exponent,
    deviation: Math.sqrt((squares + driftWeight) / freedom / precision),
    misfit: squares / Math.max(1, earlier.length),
    evidence: evidenceOf(earlier, squares, precision / prior),
    // The evidence of a regression with unknown error: Student's t, not Gauss.
    weight: (1 + squares / driftWeight) ** (-freedom / 2) / Math.sqrt(precision),
  };
}

/** The likelihood of the polls on the curve, over all exponents, divided by that of a place anywhere below the last. */
const evidenceOf = (
  observations: { done: number; weight: number }[],
  squares: number,
  sharpening: number,
): number =>
  observations.reduce(
    (product, { done, weight }) =>
      product * Math.sqrt(Math.min(maxEvidentWeight, weight) / (2 * Math.PI)) * Math.exp(-done),
    Math.exp(-squares / 2) / Math.sqrt(sharpening),
  );
