import { measure } from '../../bench/polling/measure';
import { slowingKinds, slowingTraces } from '../../bench/polling/slowing';
import { pollTimes } from '../../src/cli/budget/poll-times';
import { seededRandom } from '../../src/cli/budget/random';

/** Neither the seeds that the schedule was tuned on nor that of the published numbers. */
const seed = 77;

test.each(slowingKinds)('jobs that slow down take about 9 polls, and are found 3.5 % late: %s', (kind) => {
  const traces = slowingTraces(kind, 600, seed);
  const random = seededRandom(seed);
  const found = traces.map((trace) => {
    const polls = pollTimes(trace, {}, random);
    return { polls: polls.length, atMs: polls.at(-1) ?? Infinity };
  });
  const { meanPolls, meanRelativeDelay } = measure(traces, found);
  expect(meanPolls).toBeLessThanOrEqual(kind.includes('steep') ? 10 : 9);
  expect(meanRelativeDelay).toBeLessThanOrEqual(0.035);
});
