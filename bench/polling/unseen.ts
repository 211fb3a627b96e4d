import { seededRandom, type Random } from '../../src/cli/budget/random';
import type { Trace } from '../../src/cli/budget/traces';

const minute = 60_000;

/** Laws of progress that the schedule was not tuned with: from the share of time to the share of rows. */
const laws: Record<string, (random: Random) => (share: number) => number> = {
  'steeper curves after long queues': (random) => {
    const queue = 0.6 * random.uniform();
    const exponent = Math.exp(0.5 * random.normal());
    return (share) => (share <= queue ? 0 : ((share - queue) / (1 - queue)) ** exponent);
  },
  'slow at both ends': () => (share) => share * share * (3 - 2 * share),
  'two speeds': (random) => {
    const at = 0.2 + 0.6 * random.uniform();
    const done = Math.min(0.9, Math.max(0.1, at * (0.5 + random.uniform())));
    return (share) => (share < at ? (share / at) * done : done + ((share - at) / (1 - at)) * (1 - done));
  },
  'batches of a tenth': () => (share) => Math.floor(share * 10 + 1e-9) / 10,
  'a pace that wanders': (random) => {
    const steps = 40;
    let pace = 1;
    const sums = [0];
    for (let step = 0; step < steps; step++) {
      pace *= Math.exp(0.25 * random.normal());
      sums.push((sums.at(-1) ?? 0) + pace);
    }
    return (share) => (sums[Math.floor(share * steps)] ?? 0) / (sums.at(-1) ?? 1);
  },
  'a stop near the end': (random) => {
    const stop = 0.05 + 0.15 * random.uniform();
    return (share) => Math.min(1, share / (1 - stop));
  },
  'steps of a quarter': () => (share) => Math.floor(share * 4 + 1e-9) / 4,
  'on and off in turn': (random) => {
    const periods = 5 + Math.floor(30 * random.uniform());
    const on = 0.1 + 0.8 * random.uniform();
    return (share) => {
      const whole = Math.floor(share * periods);
      return (whole + Math.max(0, share * periods - whole - (1 - on)) / on) / periods;
    };
  },
  'stalls with a heavy tail': (random) => {
    const parts = Array.from({ length: 3 + Math.floor(10 * random.uniform()) }, () => ({
      stall: (1 - random.uniform()) ** (-1 / 1.2),
      work: -0.5 * Math.log(1 - random.uniform()),
    }));
    const time = parts.reduce((sum, { stall, work }) => sum + stall + work, 0);
    const rows = parts.reduce((sum, { work }) => sum + work, 0);
    return (share) => {
      let left = share * time;
      let done = 0;
      for (const { stall, work } of parts) {
        done += Math.min(work, Math.max(0, left - stall));
        left -= stall + work;
      }
      return done / rows;
    };
  },
  'jumps after waits': (random) => {
    const jumps = Array.from({ length: 4 + Math.floor(8 * random.uniform()) }, () => random.uniform()).sort();
    return (share) => (share >= 1 ? 1 : jumps.filter((at) => at <= share).length / (jumps.length + 1));
  },
};

export const unseenLaws = Object.keys(laws);

/** Draws jobs of a law, with all durations; the same seed gives the same jobs. */
export function unseenTraces(law: string, count: number, seed: number): Trace[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const durationMs = 3 * minute * Math.exp(1.5 * random.normal());
    const total = Math.round(50 * 200 ** random.uniform());
    const shareDone = laws[law]?.(random) ?? (() => 0);
    const progress = Array.from({ length: 201 }, (_, index): [number, number] => {
      const share = index / 200;
      return [share * durationMs, total * shareDone(share)];
    });
    return { durationMs, total, progress };
  });
}
