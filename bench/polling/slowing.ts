import { seededRandom, type Random } from '../../src/cli/budget/random';
import type { Trace } from '../../src/cli/budget/traces';
import { logNormal, rows } from './families';

/** From the share of the time to the share of the rows. */
type Curve = (share: number) => number;

const between = (random: Random, from: number, to: number) => from + (to - from) * random.uniform();

/** Curves of jobs that slow down before they end, by how they begin; each of several forms, gentle to steep. */
const curves = {
  's-curves': [
    (random: Random): Curve => {
      const steepness = between(random, 3, 10);
      const middle = between(random, 0.4, 0.6);
      const logistic = (share: number) => 1 / (1 + Math.exp(-steepness * (share - middle)));
      return (share) => (logistic(share) - logistic(0)) / (logistic(1) - logistic(0));
    },
    (random: Random): Curve => {
      const weight = between(random, 0.4, 1);
      return (share) => (1 - weight) * share + weight * share * share * (3 - 2 * share);
    },
    (random: Random): Curve => betaDistribution(between(random, 1.2, 2.5), between(random, 1.2, 2.5)),
    (random: Random): Curve => {
      const [begin, end] = [between(random, 1.1, 2.2), between(random, 1.1, 2.2)];
      return (share) => 1 - (1 - share ** begin) ** end;
    },
  ],
  'front-loaded': [
    (random: Random): Curve => {
      const power = between(random, 1.2, 2.5);
      return (share) => 1 - (1 - share) ** power;
    },
    (random: Random): Curve => {
      const rate = between(random, 0.5, 3);
      return (share) => (1 - Math.exp(-rate * share)) / (1 - Math.exp(-rate));
    },
    (random: Random): Curve => {
      const power = between(random, 0.5, 0.8);
      return (share) => share ** power;
    },
    (random: Random): Curve => {
      const rate = between(random, 1, 10);
      return (share) => Math.log(1 + rate * share) / Math.log(1 + rate);
    },
  ],
};

/** The distribution function of a beta distribution, summed up at the middle of each of the steps. */
function betaDistribution(alpha: number, beta: number): Curve {
  const steps = 200;
  const sums = [0];
  for (let step = 0; step < steps; step++) {
    const middle = (step + 0.5) / steps;
    sums.push((sums.at(-1) ?? 0) + middle ** (alpha - 1) * (1 - middle) ** (beta - 1));
  }
  return (share) => (sums[Math.round(share * steps)] ?? 0) / (sums.at(-1) ?? 1);
}

/** What is known of such a job: slow, fast and slow again, or fast at first. */
export type SlowingKind = keyof typeof curves;

export const slowingKinds = Object.keys(curves) as SlowingKind[];

/** So many jobs of a kind, of the durations and rows of the families; the same for the same seed. */
export function slowingTraces(kind: SlowingKind, count: number, seed: number): Trace[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, job) => {
    const durationMs = logNormal(random, 3 * 60_000, 1.5);
    const total = rows(random);
    const forms = curves[kind];
    const shareDone = forms[job % forms.length]?.(random) ?? (() => 0);
    const progress = Array.from({ length: 201 }, (_, index): [number, number] => {
      const share = index / 200;
      return [share * durationMs, total * shareDone(share)];
    });
    return { durationMs, total, progress };
  });
}
