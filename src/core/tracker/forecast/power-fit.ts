/** Deviation of a curve's exponent from the one that is expected, before anything was seen. */
const exponentSpread = 0.25;
/** How far the counter may stray from a curve, at the least, on the logarithm of the share done. */
const minDrift = 0.002;
/** How many looks the assumed drift counts for when the real one is estimated. */
const driftWeight = 0.3;
/** No look counts for more than this weight as evidence of a curve: a stretch of bursts may lie on one exactly. */
const maxEvidentWeight = 1000;

/**
 * A look: when, in milliseconds, and which share of the rows was done, in the middle of what the counter's step leaves
 * open.
 */
export interface Look {
  atMs: number;
  share: number;
}

/** What a curve is taken for before anything was seen. */
export interface PowerPrior {
  exponent: number;
  /**
   * How far the counter may stray from it, per unit of the logarithm of the share done: what is far from the last look
   * says less about it.
   */
  drift: number;
}

/**
 * A curve through the last look: where it begins, its exponent with deviation, how well it fits, how much likelier it
 * is than chance.
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
 * The regression of log share on log time since `beganMs` through the last look, with a prior on the slope (conjugate,
 * so that no search is needed). `step` is the share by which the counter moves.
 */
export function fitPower(
  looks: readonly Look[],
  last: Look,
  step: number,
  beganMs: number,
  { exponent: expected, drift }: PowerPrior,
): PowerFit {
  const prior = 1 / exponentSpread ** 2;
  let [precision, moment] = [prior, prior * expected];
  const earlier = looks.slice(0, -1).map(({ atMs, share }) => {
    const time = Math.log((atMs - beganMs) / (last.atMs - beganMs));
    const done = Math.log(share / last.share);
    const rounding = (step * step * (share ** -2 + last.share ** -2)) / 12; // variance of what is lost by whole steps
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
    // The evidence of a regression whose error is not known: Student's, not Gauss's.
    weight: (1 + squares / driftWeight) ** (-freedom / 2) / Math.sqrt(precision),
  };
}

/** The likelihood of the looks on the curve, all exponents together, over that of a place anywhere below the last. */
const evidenceOf = (looks: { done: number; weight: number }[], squares: number, sharpening: number): number =>
  looks.reduce(
    (product, { done, weight }) =>
      product * Math.sqrt(Math.min(maxEvidentWeight, weight) / (2 * Math.PI)) * Math.exp(-done),
    Math.exp(-squares / 2) / Math.sqrt(sharpening),
  );
