import { seededRandom } from '../../src/cli/budget/random';
import type { Trace } from '../../src/cli/budget/traces';
import { logNormal, rows } from './families';

/** Maps the share of time to the share of rows. */
type Curve = (share: number) => number;

/** Draws a parameter of a form: from one value to that of gentle curves, or on to that of steep ones. */
type Draw = (from: number, gentle: number, steep: number) => number;

/** Curves of jobs that slow down before they end, by how they start; each has several forms. */
const forms = {
  's-curves': [
    (draw: Draw): Curve => {
      const steepness = draw(3, 6, 10);
      const middle = draw(0.4, 0.6, 0.6);
      const logistic = (share: number) => 1 / (1 + Math.exp(-steepness * (share - middle)));
      return (share) => (logistic(share) - logistic(0)) / (logistic(1) - logistic(0));
    },
    (draw: Draw): Curve => {
      const weight = draw(0.4, 0.8, 1);
      return (share) => (1 - weight) * share + weight * share * share * (3 - 2 * share);
    },
    (draw: Draw): Curve => betaDistribution(draw(1.2, 1.8, 2.5), draw(1.2, 1.8, 2.5)),
    (draw: Draw): Curve => {
      const [begin, end] = [draw(1.1, 1.7, 2.2), draw(1.1, 1.7, 2.2)];
      return (share) => 1 - (1 - share ** begin) ** end;
    },
  ],
  'front-loaded': [
    (draw: Draw): Curve => {
      const power = draw(1.2, 2, 2.5);
      return (share) => 1 - (1 - share) ** power;
    },
    (draw: Draw): Curve => {
      const rate = draw(0.5, 2.4, 3);
      return (share) => (1 - Math.exp(-rate * share)) / (1 - Math.exp(-rate));
    },
    (draw: Draw): Curve => {
      const power = draw(0.8, 0.6, 0.5);
      return (share) => share ** power;
    },
    (draw: Draw): Curve => {
      const rate = draw(1, 6, 10);
      return (share) => Math.log(1 + rate * share) / Math.log(1 + rate);
    },
  ],
};

/** The distribution function of a beta distribution, summed at the middle of each step. */
function betaDistribution(alpha: number, beta: number): Curve {
  const steps = 200;
  const sums = [0];
  for (let step = 0; step < steps; step++) {
    const middle = (step + 0.5) / steps;
    sums.push((sums.at(-1) ?? 0) + middle ** (alpha - 1) * (1 - middle) ** (beta - 1));
  }
  return (share) => (sums[Math.round(share * steps)] ?? 0) / (sums.at(-1) ?? 1);
}

/** Kinds of such jobs: slow, fast and slow again, or fast at first; only gentle, or up to steep. */
const kinds = {
  's-curves': { curves: forms['s-curves'], isSteep: false },
  'front-loaded': { curves: forms['front-loaded'], isSteep: false },
  's-curves, up to steep ones': { curves: forms['s-curves'], isSteep: true },
  'front-loaded, up to steep ones': { curves: forms['front-loaded'], isSteep: true },
};

export type SlowingKind = keyof typeof kinds;

export const slowingKinds = Object.keys(kinds) as SlowingKind[];

/** Draws jobs of a kind, with the durations and rows of the families; the same seed gives the same jobs. */
export function slowingTraces(kind: SlowingKind, count: number, seed: number): Trace[] {
  const random = seededRandom(seed);
  const { curves, isSteep } = kinds[kind];
  const draw: Draw = (from, gentle, steep) => from + ((isSteep ? steep : gentle) - from) * random.uniform();
  return Array.from({ length: count }, (_, job) => {
    const durationMs = logNormal(random, 3 * 60_000, 1.5);
    const total = rows(random);
    const shareDone = curves[job % curves.length]?.(draw) ?? (() => 0);
    const progress = Array.from({ length: 201 }, (_, index): [number, number] => {
      const share = index / 200;
      return [share * durationMs, total * shareDone(share)];
    });
    return { durationMs, total, progress };
  });
}
