import fc from '../../../support/properties';
import { seededRandom } from '../../../../src/cli/budget/random';
import { pollTimes } from '../../../../src/cli/budget/poll-times';
import { processedAt, type Trace } from '../../../../src/cli/budget/traces';
import { retentionMs } from '../../../../src/core/api/limits';
import { observe } from '../../../../src/core/tracker/observe';
import { parsePolling, type PollingInput } from '../../../../src/core/tracker/polling';
import { nextPoll, rescueLeadMs } from '../../../../src/core/tracker/schedule';
import { trackerStateSchema, type TrackerState } from '../../../../src/core/tracker/state';
import { startMs, stateOf } from '../../support/tracker-state';
import { written } from '../../support/polling-input';

const hour = 3_600_000;
const random = () => seededRandom(1);
const duration = fc.integer({ min: 100, max: 4 * hour });
const policies = fc.record({
  initialInterval: fc.integer({ min: 100, max: 600_000 }),
  backoffCoefficient: fc.double({ min: 1.01, max: 3, noNaN: true }),
  jitter: fc.double({ min: 0, max: 0.9, noNaN: true }),
});
const share = fc.double({ min: 0, max: 1, noNaN: true });

/** A counter that goes anywhere: queues, bursts, stalls, resets. */
const anyProgress = (total: number, durationMs: number) =>
  fc
    .array(fc.tuple(share, share), { maxLength: 12 })
    .map((points) =>
      points
        .map(([at, done]): [number, number] => [at * durationMs, Math.round(done * total)])
        .sort(([one], [other]) => one - other),
    );

const anyTrace: fc.Arbitrary<Trace> = fc
  .tuple(duration, fc.constantFrom(1, 10, 1000, 20_000))
  .chain(([durationMs, total]) =>
    anyProgress(total, durationMs).map((progress) => ({ durationMs, total, progress })),
  );

/** Waits for a share of its time, then follows a power of it. */
const curve = (durationMs: number, total: number, queue: number, exponent: number): Trace => ({
  durationMs,
  total,
  progress: Array.from({ length: 201 }, (_, index): [number, number] => [
    durationMs * (queue + (1 - queue) * (index / 200)),
    total * (index / 200) ** exponent,
  ]),
});

const lateBy = (trace: Trace, polling: PollingInput) =>
  (pollTimes(trace, polling, random()).at(-1) ?? Infinity) - trace.durationMs;
const boundMs = ({ durationMs }: Trace, policy: { backoffCoefficient: number; initialInterval: number }) =>
  (policy.backoffCoefficient - 1) * durationMs + policy.initialInterval + 1;

test('a job that reports no progress, of any duration, is noticed within the bound', () => {
  fc.assert(
    fc.property(policies, duration, (policy, durationMs) => {
      const trace = { durationMs, total: 1000, progress: [] };
      return lateBy(trace, { ...written(policy), maximumInterval: '24h' }) <= boundMs(trace, policy);
    }),
    { numRuns: 200 },
  );
});

/**
 * What a job must keep to for the bound to hold, as docs/polling.md says it: judged by its looks alone, not by what the
 * schedule made of them.
 */
function isWithinBound(trace: Trace, polls: number[]): boolean {
  const total = trace.total ?? 0;
  const zeros = polls.filter((atMs) => processedAt(trace, atMs) === 0);
  let zeroAtMs = 0;
  return polls.every((atMs) => {
    const processed = processedAt(trace, atMs);
    if (processed === null) return true;
    const restMs = trace.durationMs - atMs;
    if (processed > 0) return (total - processed) / restMs <= (2 * processed) / (atMs - zeroAtMs);
    zeroAtMs = atMs;
    return atMs <= ([0.4, 0.5, 0.55][zeros.indexOf(atMs)] ?? 0.65) * trace.durationMs;
  });
}

/**
 * Queues of any length, then any power of the time: most of them keep their word, those that hurry at the end do not.
 */
const anyCurve = fc
  .tuple(
    duration,
    fc.constantFrom(1000, 20_000),
    fc.double({ min: 0, max: 0.9, noNaN: true }),
    fc.double({ min: 0.4, max: 3, noNaN: true }),
  )
  .map((law) => curve(...law));

test.each<{ name: string; traces: fc.Arbitrary<Trace> }>([
  { name: 'a job on a curve', traces: anyCurve },
  { name: 'a job of any shape', traces: anyTrace },
])('$name that ends no sooner than its looks make it seem is noticed within the bound', ({ traces }) => {
  let kept = 0;
  fc.assert(
    fc.property(policies, traces, (policy, trace) => {
      const polls = pollTimes(trace, { ...written(policy), maximumInterval: '24h' }, random());
      const found = polls.pop() ?? Infinity;
      if (!isWithinBound(trace, polls)) return;
      kept++;
      expect(found - trace.durationMs).toBeLessThanOrEqual(boundMs(trace, policy));
    }),
    { numRuns: 500 },
  );
  expect(kept).toBeGreaterThan(100);
});

test('any job at all, with adaptive false, is noticed within the bound', () => {
  fc.assert(
    fc.property(policies, anyTrace, (policy, trace) => {
      const late = lateBy(trace, { ...written(policy), adaptive: false, maximumInterval: '24h' });
      return late <= boundMs(trace, policy);
    }),
    { numRuns: 200 },
  );
});

test('two polls are never nearer than initialInterval, and never further apart than a leap to five times the age allows', () => {
  fc.assert(
    fc.property(policies, anyTrace, (policy, trace) => {
      const polls = pollTimes(trace, { ...written(policy), jitter: 0, maximumInterval: '24h' }, random());
      polls.reduce((before, at) => {
        expect(at - before).toBeGreaterThanOrEqual(policy.initialInterval - 0.01);
        const maxMs = 5 * before * policy.backoffCoefficient + policy.initialInterval;
        expect(at).toBeLessThanOrEqual(maxMs + 0.01);
        return at;
      });
    }),
    { numRuns: 200 },
  );
});

test('the schedule is determined by what was seen and by its random numbers', () => {
  fc.assert(
    fc.property(policies, anyTrace, fc.integer(), (policy, trace, seed) => {
      const polls = pollTimes(trace, written(policy), seededRandom(seed));
      expect(pollTimes(trace, written(policy), seededRandom(seed))).toEqual(polls);
    }),
    { numRuns: 100 },
  );
});

/** The state of a tracker after polls at ages in seconds that saw so many rows of 1,000. */
function seen(polls: [number, number][], facts: Partial<TrackerState> = {}): TrackerState {
  return polls.reduce((state, [seconds, processed]) => {
    const atMs = startMs + seconds * 1000;
    const job = { status: 'processing', total: 1000, processed };
    const status = { found: true, job, resultsRef: null, resultsOmitted: false } as const;
    const times = { beganAtMs: atMs, endedAtMs: atMs, draw: 0 };
    return observe(state, { ...status, serverTime: null, retryAfterMs: null }, times).state;
  }, stateOf(facts));
}

test('jitter only ever shortens a wait', () => {
  const polls = fc.array(fc.tuple(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 0, max: 1000 })), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(policies, polls, share, (policy, given, draw) => {
      const state = seen(given.sort(([one], [other]) => one - other));
      const jittered = nextPoll({ ...state, draw }, parsePolling(written(policy))).atMs;
      return (
        jittered <= nextPoll(state, parsePolling(written(policy))).atMs &&
        jittered > (state.lastPollAtMs ?? 0)
      );
    }),
  );
});

test('a budget is never exceeded whatever the progress, and rescue and last poll happen', () => {
  const never = anyProgress(1000, retentionMs).map((progress): Trace => ({
    durationMs: 1e11,
    total: 1000,
    progress,
  }));
  fc.assert(
    fc.property(never, fc.integer({ min: 2, max: 60 }), (trace, maximumPolls) => {
      const polls = pollTimes(trace, { maximumPolls }, random());
      expect(polls.length).toBeLessThanOrEqual(maximumPolls);
      expect(polls).toContain(retentionMs - rescueLeadMs);
      expect(polls.at(-1)).toBe(retentionMs + 5000);
    }),
    { numRuns: 100 },
  );
});

const next = (state: TrackerState, polling: PollingInput = { jitter: 0 }) => {
  const { atMs, reason } = nextPoll(state, parsePolling(polling));
  return { age: (atMs - startMs) / 1000, reason };
};
const steady: [number, number][] = [
  [20, 101],
  [60, 302],
  [140, 705],
];

test('a steady job is polled just after its predicted end', () => {
  const { age, reason } = next(seen(steady));
  expect(reason).toBe('aimed');
  expect(age).toBeGreaterThanOrEqual(200);
  expect(age).toBeLessThan(205);
});

test.each<{ name: string; state: TrackerState; polling?: PollingInput; reason: string }>([
  { name: 'a hint is a minimum', state: { ...seen(steady), hintUntilMs: startMs + 300_000 }, reason: 'hint' },
  {
    name: 'a budget goes before progress',
    state: seen(steady),
    polling: { maximumPolls: 8 },
    reason: 'budget',
  },
  {
    name: 'waitTimeout cuts it off',
    state: { ...seen(steady), waitUntilMs: startMs + 150_000 },
    reason: 'wait_timeout',
  },
  {
    name: 'a rescue cuts it off',
    state: {
      ...seen(steady),
      submittedAtMs: startMs - retentionMs + rescueLeadMs + 150_000,
    },
    reason: 'rescue',
  },
  {
    name: 'with adaptive false it does not count',
    state: seen(steady),
    polling: { adaptive: false },
    reason: 'backoff',
  },
  {
    name: 'after a poll that failed it does not count',
    state: { ...seen(steady), problem: { code: 'unavailable', message: '', since: '' } },
    reason: 'backoff',
  },
])('$name', ({ state, polling, reason }) => {
  expect(next(state, polling)).toMatchObject({ reason });
});

test('a job with all rows done that is still processing is asked soon, then ever more seldom', () => {
  const polls = pollTimes(
    {
      durationMs: 4000_000,
      total: 1000,
      progress: [
        [0, 0],
        [1000_000, 1000],
      ],
    },
    { jitter: 0 },
    random(),
  );
  const waits = polls.filter((at) => at >= 1000_000).map((at, index, all) => at - (all[index - 1] ?? at));
  expect(waits[1]).toBeLessThan(30_000);
  expect(waits.length).toBeLessThan(14);
});

test('a counter that never leaves zero costs no more delay than twice the age, and then the bound again', () => {
  const trace = { durationMs: 4 * hour, total: 1000, progress: [[0, 0]] as [number, number][] };
  const polls = pollTimes(trace, { jitter: 0 }, random());
  const [before, last] = polls.slice(-2);
  expect(last).toBeLessThanOrEqual(1.25 * (before ?? 0) + 2000);
});

test('counters in tenths, and in batches, are no reason to poll more than a job without progress', () => {
  for (const size of [1, 10]) {
    const steps = Array.from({ length: 10 }, (_, index): [number, number][] => [
      [index * 60_000, index * size],
      [(index + 1) * 60_000 - 1, index * size],
    ]).flat();
    const trace = { durationMs: 600_000, total: 10 * size, progress: steps };
    const blind = pollTimes({ ...trace, progress: [] }, {}, random()).length;
    expect(pollTimes(trace, {}, random()).length).toBeLessThan(blind);
  }
});

test('a state that an older version carried is read, and knows of no progress', () => {
  const { progressPoints, ...older } = seen(steady);
  expect(progressPoints).not.toBeNull();
  expect(trackerStateSchema.parse(older).progressPoints).toBeNull();
  expect(trackerStateSchema.parse(seen(steady))).toEqual(seen(steady));
});
