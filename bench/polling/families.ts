import { seededRandom, type Random } from '../../src/cli/budget/random';
import type { Trace } from '../../src/cli/budget/traces';

const minute = 60_000;
/** Number of points of a curve; the trace is straight between them. */
const curvePoints = 100;

/** Names of the built-in families. */
export type FamilyName = 'linear' | 'queued-curved' | 'bursty' | 'bimodal' | 'no-progress';

/** Draws one job of each family. */
const laws: Record<FamilyName, (random: Random) => Trace> = {
  linear: (random) => curved(random, logNormal(random, 3 * minute, 1.5), 0, 1),
  'queued-curved': (random) => {
    const durationMs = logNormal(random, 3 * minute, 1.5);
    return curved(random, durationMs, 0.3 * random.uniform(), Math.exp(0.25 * random.normal()));
  },
  bursty,
  bimodal: (random) => {
    const median = random.uniform() < 0.6 ? 20_000 : 30 * minute;
    return curved(random, logNormal(random, median, 0.4), 0.1 * random.uniform(), 1);
  },
  'no-progress': (random) => ({
    durationMs: logNormal(random, 3 * minute, 1.5),
    total: rows(random),
    progress: [],
  }),
};

export const familyNames = Object.keys(laws) as FamilyName[];

/** Draws jobs of a family; the same seed gives the same jobs. */
export function family(name: FamilyName, count: number, seed: number): Trace[] {
  const random = seededRandom(seed * 31 + familyNames.indexOf(name));
  return Array.from({ length: count }, () => laws[name](random));
}

/** A duration drawn from a log-normal distribution. */
export const logNormal = (random: Random, median: number, sigma: number) =>
  median * Math.exp(sigma * random.normal());

/** From 100 rows, below which the API answers at once, to 20,000. */
export const rows = (random: Random) => Math.round(100 * 200 ** random.uniform());

/** Queues for a share of its time; after that, the share of rows done is a power of the share of the remaining time. */
function curved(random: Random, durationMs: number, queue: number, exponent: number): Trace {
  const total = rows(random);
  const workMs = durationMs * (1 - queue);
  const progress = Array.from({ length: curvePoints + 1 }, (_, index): [number, number] => {
    const share = index / curvePoints;
    return [durationMs - workMs * (1 - share), total * share ** exponent];
  });
  return { durationMs, total, progress: queue === 0 ? progress : [[0, 0], ...progress] };
}

/** Works in 3 to 12 bursts of uneven size and speed, each after a stall. */
function bursty(random: Random): Trace {
  const durationMs = logNormal(random, 3 * minute, 1.5);
  const total = rows(random);
  const bursts = 3 + Math.floor(10 * random.uniform());
  const exponential = () => -Math.log(1 - random.uniform());
  const parts = Array.from({ length: bursts }, () => ({
    stall: 2 * exponential(),
    work: 0.5 * exponential(),
    size: exponential(),
  }));
  const time = parts.reduce((sum, { stall, work }) => sum + stall + work, 0);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const progress: [number, number][] = [[0, 0]];
  let at = 0;
  let done = 0;
  for (const part of parts) {
    at += part.stall;
    progress.push([(at / time) * durationMs, (done / size) * total]);
    at += part.work;
    done += part.size;
    progress.push([(at / time) * durationMs, (done / size) * total]);
  }
  return { durationMs, total, progress };
}
