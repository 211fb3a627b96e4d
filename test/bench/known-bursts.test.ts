import { family } from '../../bench/polling/families';
import { isBeyondBound, measure, type Found } from '../../bench/polling/measure';
import { processedAt, type Trace } from '../../src/cli/budget/traces';

/**
 * Waits as shares of the age, fitted by random search to 3,000 bursty jobs of another seed, with no heed of the bound:
 * at zero, then by eighths of the rows done, `moved` and `still` since the look before.
 */
interface KnownLaw {
  zero: number;
  moved: number[];
  still: number[];
}

const withElevenPolls: KnownLaw = {
  zero: 1.73,
  moved: [0.77, 0.75, 0.46, 0.26, 0.25, 0.16, 0.12, 0.04],
  still: [0.93, 0.39, 0.69, 0.49, 0.29, 0.12, 0.12, 0.08],
};
const withFifteenPolls: KnownLaw = {
  zero: 1.66,
  moved: [0.65, 0.23, 0.21, 0.27, 0.15, 0.12, 0.07, 0.02],
  still: [0.69, 0.53, 0.37, 0.12, 0.16, 0.17, 0.08, 0.05],
};

function followed(trace: Trace, law: KnownLaw): Found {
  const found = { polls: 1, atMs: 2000 };
  let before = 0;
  while (found.atMs < trace.durationMs) {
    const share = (processedAt(trace, found.atMs) ?? 0) / (trace.total ?? 1);
    const waits = share === before ? law.still : law.moved;
    const wait = share === 0 ? law.zero : (waits[Math.min(7, Math.floor(8 * share))] ?? 0);
    before = share;
    found.polls++;
    found.atMs += Math.max(2000, wait * found.atMs);
  }
  return found;
}

test.each([
  { name: '11 polls', law: withElevenPolls, polls: 11.3, delay: 0.06, beyond: 100 },
  { name: '15 polls', law: withFifteenPolls, polls: 15, delay: 0.04, beyond: 40 },
])('what is known of the law of bursts does not suffice to foresee them: $name', (expected) => {
  const traces = family('bursty', 5000, 2);
  const found = traces.map((trace) => followed(trace, expected.law));
  const { meanPolls, meanRelativeDelay } = measure(traces, found);
  const late = found.filter((one, index) => isBeyondBound(one, traces[index]?.durationMs ?? 0));
  expect(meanPolls).toBeLessThan(expected.polls);
  expect(meanRelativeDelay).toBeGreaterThan(expected.delay);
  expect(late.length).toBeGreaterThan(expected.beyond);
});
