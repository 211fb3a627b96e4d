import { isBeyondBound, measure } from '../../bench/polling/measure';
import { slowingKinds, slowingTraces } from '../../bench/polling/slowing';
import { pollTimes } from '../../src/cli/budget/poll-times';
import { seededRandom } from '../../src/cli/budget/random';

/** Neither the seeds that the schedule was tuned on nor that of the published numbers. */
const seed = 303;

test.each(slowingKinds)('jobs that slow down take few polls, and are found soon: %s', (kind) => {
  const traces = slowingTraces(kind, 500, seed);
  const random = seededRandom(seed);
  const found = traces.map((trace) => {
    const polls = pollTimes(trace, {}, random);
    return { polls: polls.length, atMs: polls.at(-1) ?? Infinity };
  });
  const { meanPolls, meanRelativeDelay } = measure(traces, found);
  expect(meanPolls).toBeLessThanOrEqual(kind.includes('steep') ? 10.6 : 9.2);
  expect(meanRelativeDelay).toBeLessThanOrEqual(0.03);
  const late = found.filter((one, index) => isBeyondBound(one, traces[index]?.durationMs ?? 0));
  expect(late.length).toBeLessThanOrEqual(2);
});
