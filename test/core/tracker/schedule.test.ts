import fc from '../../support/properties';
import { retentionMs } from '../../../src/core/api/limits';
import type { Problem } from '../../../src/core/tracker/outcome';
import { parsePolling, type PollingInput } from '../../../src/core/tracker/polling';
import {
  requestedPoll,
  duePoll,
  mayPollNow,
  nextPoll,
  rescueLeadMs,
  rescueRetryMs,
} from '../../../src/core/tracker/schedule';
import type { TrackerState } from '../../../src/core/tracker/state';
import { newTimekeeping } from '../../../src/core/tracker/timekeeping';
import { startMs, stateOf } from '../support/tracker-state';
import { written } from '../support/polling-input';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const unavailable: Problem = { code: 'unavailable', message: '', since: '' };
const after = (ageMs: number, facts: Partial<TrackerState> = {}) =>
  stateOf({ polls: 1, answered: true, lastPollAtMs: startMs + ageMs, ...facts });
const next = (state: TrackerState, polling: PollingInput = { jitter: 0 }) => {
  const { atMs, ...rest } = nextPoll(state, parsePolling(polling));
  return { afterMs: atMs - startMs, ...rest };
};

test.each([
  { name: 'at once before any other', state: stateOf(), expected: [0, 'poll_now'] },
  { name: 'at the earliest 5 s after the last', state: after(hour), expected: [hour + 5000, 'poll_now'] },
  { name: 'not later than the schedule', state: after(4 * second), expected: [6 * second, 'backoff'] },
])('a poll that is asked for comes $name', ({ state, expected }) => {
  const { atMs, reason } = requestedPoll(state, parsePolling({ jitter: 0 }));
  expect([atMs - startMs, reason]).toEqual(expected);
  expect(duePoll({ ...state, pollNow: true }, parsePolling({ jitter: 0 }))).toMatchObject({ atMs, reason });
});

test.each([
  { polls: 1, laterMs: 0, expected: 30 * second },
  { polls: 2, laterMs: 30 * second, expected: 30 * second },
])(
  'a job shown after its time and gone a day later is not polled again at once',
  ({ polls, laterMs, expected }) => {
    const shownMs = retentionMs + hour;
    const goneMs = shownMs + 24 * hour;
    const gone = after(goneMs + laterMs, {
      missing: { sinceMs: startMs + goneMs, polls },
      timekeeping: { ...newTimekeeping, shownAtMs: startMs + shownMs },
    });
    expect(next(gone)).toEqual({ afterMs: goneMs + laterMs + expected, reason: 'confirm', urgent: false });
  },
);

test.each<{ name: string; state: TrackerState; polling?: PollingInput; expected: object }>([
  {
    name: 'the first poll after initialInterval',
    state: stateOf(),
    expected: { afterMs: 2 * second, reason: 'first' },
  },
  {
    name: 'a late tracker looks at once',
    state: stateOf({ submittedAtMs: startMs - hour }),
    expected: { afterMs: -hour + 2 * second, reason: 'first' },
  },
  {
    name: 'a quarter of the age',
    state: after(40 * second),
    expected: { afterMs: 50 * second, reason: 'backoff' },
  },
  { name: 'never less than initialInterval', state: after(second), expected: { afterMs: 3 * second } },
  { name: 'never more than maximumInterval', state: after(48 * hour), expected: { afterMs: 50 * hour } },
  {
    name: 'jitter shortens the wait',
    state: after(40 * second, { draw: 0.5 }),
    polling: { jitter: 0.2 },
    expected: { afterMs: 49 * second },
  },
  {
    name: 'jitter shortens the wait at the cap too',
    state: after(48 * hour, { draw: 0.5 }),
    polling: { jitter: 0.2 },
    expected: { afterMs: 49.8 * hour },
  },
  {
    name: 'a hint is a minimum',
    state: after(40 * second, { hintUntilMs: startMs + 70 * second }),
    expected: { afterMs: 70 * second, reason: 'hint' },
  },
  {
    name: 'a hint below the backoff changes nothing',
    state: after(40 * second, { hintUntilMs: startMs + 41 * second }),
    expected: { afterMs: 50 * second, reason: 'backoff' },
  },
  {
    name: 'a refused key is asked for slowly in a run begun by 0.1.0',
    state: after(4 * second, { problem: { ...unavailable, code: 'key_refused' } }),
    expected: { afterMs: 4 * second + 5 * minute, reason: 'slow' },
  },
  ...[0, 15, 100, 1000].map((lastedS) => ({
    name: `a key refused for ${lastedS} s is asked for at twice that time`,
    state: after(40 * hour, {
      timekeeping: newTimekeeping,
      problem: {
        ...unavailable,
        code: 'key_refused' as const,
        since: new Date(startMs + 40 * hour - lastedS * second).toISOString(),
      },
    }),
    expected: {
      afterMs: 40 * hour + Math.min(300, Math.max(15, lastedS)) * second,
      reason: 'slow',
    },
  })),
  {
    name: 'an early 404 is confirmed after half a minute',
    state: after(hour, { missing: { sinceMs: startMs + hour, polls: 1 } }),
    expected: { afterMs: hour + 30 * second, reason: 'confirm' },
  },
  {
    name: 'and after a minute',
    state: after(hour + 31 * second, { missing: { sinceMs: startMs + hour, polls: 2 } }),
    expected: { afterMs: hour + 60 * second, reason: 'confirm' },
  },
  {
    name: 'a rescue cuts a wait off',
    state: after(retentionMs - hour),
    expected: { afterMs: retentionMs - rescueLeadMs, reason: 'rescue', urgent: true },
  },
  {
    name: 'a rescue cuts off even a hint',
    state: after(retentionMs - hour, { hintUntilMs: startMs + retentionMs }),
    expected: { afterMs: retentionMs - rescueLeadMs, reason: 'rescue', urgent: true },
  },
  {
    name: 'a rescue that failed comes again in minutes',
    state: after(retentionMs - rescueLeadMs, { problem: unavailable, hintUntilMs: startMs + retentionMs }),
    expected: { afterMs: retentionMs - rescueLeadMs + rescueRetryMs, reason: 'rescue', urgent: true },
  },
  {
    name: 'after a rescue one last poll follows retention',
    state: after(retentionMs - rescueLeadMs + second),
    expected: { afterMs: retentionMs + 5 * second, reason: 'retention_end', urgent: true },
  },
  {
    name: 'waitTimeout cuts a wait off',
    state: after(40 * second, { waitUntilMs: startMs + 45 * second }),
    expected: { afterMs: 45 * second, reason: 'wait_timeout', urgent: false },
  },
  {
    name: 'expires_at counts on the clock of the server',
    state: after(6 * hour, {
      job: { status: 'processing', expires_at: new Date(startMs + 10 * hour).toISOString() },
      clock: { offsetMs: 3 * hour, roundTripMs: 10 },
    }),
    expected: { afterMs: 7 * hour - rescueLeadMs, reason: 'rescue' },
  },
  {
    name: 'a spent budget leaves the rescue',
    state: after(hour, { polls: 8 }),
    polling: { maximumPolls: 10 },
    expected: { afterMs: retentionMs - rescueLeadMs, reason: 'rescue' },
  },
])('$name', ({ state, polling, expected }) => {
  expect(next(state, polling)).toMatchObject(expected);
});

/** Every poll of a tracker whose job goes on processing, under ideal conditions, as ages. */
function pollAges(polling: PollingInput, untilMs: number, draw: () => number = () => 0): number[] {
  const policy = parsePolling(polling);
  const ages: number[] = [];
  let state = stateOf({ draw: draw() });
  for (;;) {
    const { atMs } = nextPoll(state, policy);
    if (atMs - startMs > untilMs) return ages;
    ages.push(atMs - startMs);
    state = { ...state, polls: state.polls + 1, lastPollAtMs: atMs, draw: draw() };
    if (atMs > startMs + retentionMs) return ages;
  }
}

test('seven days cost about 130 polls, the last of them after retention', () => {
  const ages = pollAges({}, 2 * retentionMs, () => 0.5);
  expect(ages.length).toBeGreaterThan(115);
  expect(ages.length).toBeLessThan(140);
  expect(ages.at(-1)).toBe(retentionMs + 5 * second);
  expect(ages).toContain(retentionMs - rescueLeadMs);
});

const policies = fc.record({
  initialInterval: fc.integer({ min: 100, max: 10 * minute }),
  backoffCoefficient: fc.double({ min: 1.01, max: 3, noNaN: true }),
  jitter: fc.double({ min: 0, max: 0.9, noNaN: true }),
});

test('a job below the cap is noticed within (backoffCoefficient − 1) × duration + initialInterval', () => {
  fc.assert(
    fc.property(policies, fc.integer({ min: 1, max: 4 * hour }), fc.integer(), (policy, duration, seed) => {
      const draws = fc.sample(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
        numRuns: 50,
        seed,
      });
      let drawn = 0;
      const ages = pollAges(
        { ...written(policy), maximumInterval: '24h' },
        retentionMs,
        () => draws[drawn++ % 50] ?? 0,
      );
      const noticed = ages.find((age) => age >= duration) ?? Infinity;
      const boundMs = (policy.backoffCoefficient - 1) * duration + policy.initialInterval;
      return noticed - duration <= boundMs + 1;
    }),
    { numRuns: 200 },
  );
});

test('a budget is never exceeded, and keeps its last two polls for rescue and end', () => {
  fc.assert(
    fc.property(policies, fc.integer({ min: 1, max: 60 }), (policy, maximumPolls) => {
      const ages = pollAges({ ...written(policy), maximumPolls }, 2 * retentionMs);
      expect(ages.length).toBeLessThanOrEqual(Math.max(2, maximumPolls));
      expect(ages).toContain(retentionMs - rescueLeadMs);
      expect(ages.at(-1)).toBe(retentionMs + 5 * second);
    }),
    { numRuns: 300 },
  );
});

test('a budget is spread over the wait of an impatient caller, down to one poll', () => {
  const waiting = { waitUntilMs: startMs + hour };
  const { afterMs, reason } = next(after(40 * second, waiting), { maximumPolls: 4, jitter: 0 });
  // Three polls are left between an age of 40 s and one of an hour, 90 times that: each wait leads to 90 ** (1 / 4)
  // times the age.
  expect(reason).toBe('budget');
  expect(afterMs).toBeCloseTo(40 * second * 90 ** (1 / 4), 0);
  const state = stateOf(waiting);
  expect(mayPollNow(state, parsePolling({ maximumPolls: 1 }))).toBe(true);
  expect(next(state, { maximumPolls: 1, jitter: 0 }).afterMs).toBeLessThanOrEqual(hour);
});

test('jitter only ever shortens a wait', () => {
  fc.assert(
    fc.property(
      policies,
      fc.integer({ min: 0, max: retentionMs }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (policy, age, draw) => {
        const jittered = nextPoll(after(age, { draw }), parsePolling(written(policy))).atMs;
        const plain = nextPoll(after(age, { draw: 0 }), parsePolling(written(policy))).atMs;
        return jittered <= plain && jittered >= startMs + age;
      },
    ),
  );
});

test('a poll asked for is refused only when the budget has none to spare', () => {
  expect(mayPollNow(after(hour, { polls: 7 }), parsePolling({ maximumPolls: 10 }))).toBe(true);
  expect(mayPollNow(after(hour, { polls: 8 }), parsePolling({ maximumPolls: 10 }))).toBe(false);
  expect(mayPollNow(after(hour, { polls: 8000 }), parsePolling({}))).toBe(true);
});
