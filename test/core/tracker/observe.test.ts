import type { PollAnswer } from '../../../src/core/tracker/get-import-status';
import type { ImportJob } from '../../../src/core/api/import-job';
import { retentionMs } from '../../../src/core/api/limits';
import { observe, observeFailure, type PollTimes } from '../../../src/core/tracker/observe';
import { expiresAtMs } from '../../../src/core/tracker/retention';
import { parsePolling } from '../../../src/core/tracker/polling';
import { isBudgetOver, nextPoll } from '../../../src/core/tracker/schedule';
import type { TrackerState } from '../../../src/core/tracker/state';
import { newTimekeeping } from '../../../src/core/tracker/timekeeping';
import { startMs, stateOf } from '../support/tracker-state';

const minute = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();
const at = (ageMs: number, tookMs = 50): PollTimes => ({
  beganAtMs: startMs + ageMs,
  endedAtMs: startMs + ageMs + tookMs,
  draw: 0.25,
});
const processing: ImportJob = { job_id: 'j', status: 'processing', total: 10, processed: 4 };
const found = (job: ImportJob, more: Partial<PollAnswer & { found: true }> = {}): PollAnswer => ({
  found: true,
  job,
  resultsRef: null,
  resultsOmitted: false,
  serverTime: null,
  retryAfterMs: null,
  ...more,
});
const down = { type: 'PrismUnavailable', message: 'down', retryAfterMs: null } as const;
const missing = (serverTime: string | null = null): PollAnswer => ({ found: false, serverTime });
const seen = (facts: Partial<TrackerState> = {}) => stateOf({ answered: true, job: processing, ...facts });
const ending = (state: TrackerState, status: PollAnswer, times: PollTimes) =>
  observe(state, status, times).ending;

test.each(['complete', 'failed'] as const)('a %s job ends the tracking with what the API sent', (status) => {
  const job: ImportJob = { ...processing, status, results: [{ id: 'r' }], extra: 1 };
  expect(ending(stateOf(), found(job), at(5000))).toEqual({
    status,
    job,
    resultsRef: null,
    resultsOmitted: false,
  });
});

test('a processing job is kept without results, and a hint counts from the answer', () => {
  const { state, ending: end } = observe(
    stateOf(),
    found({ ...processing, results: [] }, { retryAfterMs: 9000 }),
    at(5000),
  );
  expect(end).toBeNull();
  expect(state).toMatchObject({
    job: processing,
    hintUntilMs: startMs + 14_050,
    lastPollAtMs: startMs + 5050,
    draw: 0.25,
  });
  expect(state.job).not.toHaveProperty('results');
});

test('an unknown status is a problem, not an end, and keeps when it was first seen', () => {
  const first = observe(stateOf(), found({ ...processing, status: 'queued' }), at(5000));
  const second = observe(first.state, found({ ...processing, status: 'queued' }), at(9000));
  expect(second.ending).toBeNull();
  expect(second.state.problem).toMatchObject({ code: 'unknown_status', since: iso(startMs + 5050) });
  expect(second.state.problem?.message).toContain('"queued"');
  expect(observe(second.state, found(processing), at(12_000)).state.problem).toBeNull();
});

test.each([
  {
    when: 'within 15 s of submission on a job never seen',
    state: stateOf(),
    times: at(14_999),
    expected: null,
  },
  {
    when: '15 s after submission on a job never seen',
    state: stateOf(),
    times: at(15_000),
    expected: 'never_seen',
  },
  {
    when: 'at the end of retention, job never seen',
    state: stateOf(),
    times: at(retentionMs),
    expected: 'retention_over',
  },
  {
    when: 'at the end of retention, job seen',
    state: seen(),
    times: at(retentionMs),
    expected: 'retention_over',
  },
  { when: 'early on a job seen', state: seen(), times: at(minute), expected: null },
  {
    when: 'early, confirmed, but not for a minute yet',
    state: seen({ missing: { sinceMs: startMs + minute, polls: 2 } }),
    times: at(2 * minute - 1),
    expected: null,
  },
  {
    when: 'early, for a minute, but not confirmed twice',
    state: seen({ missing: { sinceMs: startMs + minute, polls: 1 } }),
    times: at(3 * minute),
    expected: null,
  },
  {
    when: 'early, confirmed twice over a minute',
    state: seen({ missing: { sinceMs: startMs + minute, polls: 2 } }),
    times: at(2 * minute),
    expected: 'vanished_early',
  },
])('a 404 $when: $expected', ({ state, times, expected }) => {
  const end = ending(state, missing(), times);
  expect(end).toEqual(
    expected === null ? null : expect.objectContaining({ status: 'expired', evidence: expected }),
  );
});

test('a 404 is due when the clock of the server says so', () => {
  const state = seen({ job: { ...processing, expires_at: iso(startMs + 10 * minute) } });
  expect(ending(state, missing(iso(startMs + 10 * minute)), at(minute))).toMatchObject({
    evidence: 'retention_over',
  });
  expect(ending(state, missing(iso(startMs + 9 * minute)), at(minute))).toBeNull();
});

test('a job that comes back after a 404 is followed on', () => {
  const gone = observe(seen(), missing(), at(minute)).state;
  expect(gone.missing).toEqual({ sinceMs: startMs + minute + 50, polls: 1 });
  expect(observe(gone, found(processing), at(2 * minute)).state.missing).toBeNull();
});

test('a failed poll between two 404s neither confirms nor forgets', () => {
  const gone = observe(seen(), missing(), at(minute)).state;
  const failed = observeFailure(
    gone,
    { type: 'PrismUnavailable', message: 'm', retryAfterMs: null },
    at(2 * minute),
  ).state;
  expect(failed.missing).toEqual(gone.missing);
});

test.each([
  ['PrismUnauthorized', 'key_refused'],
  ['PrismForbidden', 'key_refused'],
  ['PrismInvalidRequest', 'invalid_request'],
  ['PrismRateLimited', 'rate_limited'],
  ['PrismUnavailable', 'unavailable'],
  ['StorageUnavailable', 'unavailable'],
  ['PrismMalformedResponse', 'malformed'],
] as const)('%s is the problem %s, since it first occurred', (type, code) => {
  const failure = { type, message: 'why', retryAfterMs: 1000 };
  const first = observeFailure(seen(), failure, at(minute));
  const second = observeFailure(first.state, failure, at(2 * minute));
  expect(second.ending).toBeNull();
  expect(second.state).toMatchObject({
    job: processing,
    problem: { code, message: 'why', since: iso(startMs + minute + 50) },
    hintUntilMs: startMs + 2 * minute + 1050,
  });
});

test('retention over and still processing is timed_out in a run begun by 0.1.0', () => {
  expect(ending(seen(), found(processing), at(retentionMs + 5000))).toEqual({
    status: 'timed_out',
    lastSeen: processing,
    problem: null,
  });
});

test('retention over and the last poll failed is timed_out in a run begun by 0.1.0', () => {
  const failure = { type: 'PrismUnavailable', message: 'down', retryAfterMs: null } as const;
  expect(observeFailure(seen(), failure, at(retentionMs + 5000)).ending).toMatchObject({
    status: 'timed_out',
    lastSeen: processing,
    problem: { code: 'unavailable', message: 'down' },
  });
});

test('the server may move expires_at, and an unreadable one counts as absent', () => {
  const shown = (expires_at: string) =>
    observe(stateOf(), found({ ...processing, expires_at }), at(1000)).state;
  expect(expiresAtMs(shown(iso(startMs + 3 * minute)))).toBe(startMs + 3 * minute);
  for (const unusable of ['soon', '5', '0001-01-01T00:00:00Z', '2030-01-01T00:00:00']) {
    expect(expiresAtMs(shown(unusable))).toBe(startMs + retentionMs);
  }
  expect(expiresAtMs(shown('2050-09-13T00:00:00.000Z'))).toBe(startMs + 365 * 86_400_000);
  expect(expiresAtMs(shown('-271821-04-20T00:00:00.000Z'))).toBe(startMs + retentionMs);
});

test('the clock of the server is read off the shortest exchange', () => {
  const slow = observe(
    stateOf(),
    { ...found(processing), serverTime: iso(startMs + 90_000) },
    at(1000, 800),
  ).state;
  expect(slow.clock).toEqual({ offsetMs: 89_000, roundTripMs: 800 });
  const fast = observe(slow, { ...found(processing), serverTime: iso(startMs + 95_000) }, at(5000, 20)).state;
  expect(fast.clock).toEqual({ offsetMs: 90_000, roundTripMs: 20 });
  const slowAgain = observe(fast, { ...found(processing), serverTime: iso(startMs) }, at(9000, 500)).state;
  expect(slowAgain.clock).toEqual(fast.clock);
});

describe('a date or clock of the API that is wrong', () => {
  const day = 86_400_000;
  const hour = 60 * minute;
  const year = 365 * day;
  const fresh = (facts: Partial<TrackerState> = {}) => stateOf({ timekeeping: newTimekeeping, ...facts });
  const due = { ...processing, expires_at: iso(startMs + retentionMs) };
  /** A poll at an age, answered with a clock that is ahead of ours. */
  const shown = (ageMs: number, aheadMs: number, job: ImportJob = due) =>
    [found(job, { serverTime: iso(startMs + ageMs + aheadMs) }), at(ageMs)] as const;
  const after = (state: TrackerState, ...polls: (readonly [PollAnswer, PollTimes])[]) =>
    polls.reduce((before, [answer, times]) => {
      const step = observe(before, answer, times);
      expect(step.ending).toBeNull();
      return step.state;
    }, state);

  test.each([year, -year, 3 * 3_600_000])('one header %d ms ahead moves nothing', (aheadMs) => {
    const calm = after(fresh(), shown(5000, 0));
    const state = after(calm, shown(minute, aheadMs));
    expect(expiresAtMs(state)).toBe(startMs + retentionMs);
    const missed = observe(state, missing(iso(startMs + 2 * minute + aheadMs)), at(2 * minute));
    expect(missed.ending).toBeNull();
    expect(after(state, shown(2 * minute, 0)).timekeeping?.doubted).toBeNull();
  });

  test('the first header of all is held against the clock of the workflow', () => {
    const wrong = after(fresh(), shown(5000, year));
    expect(wrong.clock).toBeNull();
    expect(expiresAtMs(wrong)).toBe(startMs + retentionMs);
    const skewed = after(fresh(), shown(5000, day));
    expect(skewed.clock?.offsetMs).toBe(day);
    expect(expiresAtMs(skewed)).toBe(startMs + retentionMs - day);
  });

  test('three polls in a row over five minutes that agree are believed', () => {
    const calm = after(fresh(), shown(5000, 0));
    const twice = after(calm, shown(minute, 3 * day), shown(9 * minute, 3 * day + minute));
    expect(twice.clock?.offsetMs).toBe(0);
    expect(after(twice, shown(10 * minute, 3 * day)).clock?.offsetMs).toBe(3 * day);
    expect(after(calm, ...[1, 2, 3].map((n) => shown(n * minute, 3 * day))).clock?.offsetMs).toBe(0);
    expect(after(twice, shown(10 * minute, 0), shown(11 * minute, 3 * day)).clock?.offsetMs).toBe(0);
  });

  test.each([
    ['in the past', iso(startMs - day)],
    ['just after submission', iso(startMs + 1)],
    ['at the very time', iso(startMs + minute)],
    ['in the year 9999', '9999-12-31T23:59:59.999Z'],
    ['no time at all', 'NaN'],
    ['beyond what a date can be', '+275760-09-13T00:00:00.001Z'],
  ])('an expires_at %s ends nothing that is shown', (_, expires_at) => {
    const state = after(fresh(), shown(minute, 0, { ...processing, expires_at }));
    expect(after(state, shown(2 * minute, 0, { ...processing, expires_at })).job).toMatchObject({
      expires_at,
    });
    expect(expiresAtMs(state)).toBeGreaterThan(startMs + 6 * day);
    expect(observe(state, missing(iso(startMs + 3 * minute)), at(3 * minute)).ending).toBeNull();
  });

  test('a clock that all agree is a year ahead ends nothing that is shown either', () => {
    const state = after(fresh(), ...[1, 5, 9, 13].map((n) => shown(n * minute, year)));
    expect(state.clock).toBeNull();
    expect(expiresAtMs(state)).toBe(startMs + retentionMs);
    expect(observe(state, missing(iso(startMs + year)), at(20 * minute)).ending).toBeNull();
  });

  test('a job that is shown after its time is followed a day at a time, for a year at most', () => {
    const late = after(fresh(), shown(retentionMs + 5000, 0));
    const next = nextPoll(late, parsePolling({})).atMs;
    expect(next - (startMs + retentionMs + 5000)).toBe(day);
    expect(observeFailure(late, down, at(next - startMs)).ending).toBeNull();
    expect(observe(late, missing(), at(retentionMs + day)).ending).toBeNull();
    expect(observe(late, ...shown(year + minute, 0)).ending).toMatchObject({ status: 'lost', problem: null });
    expect(observeFailure(late, down, at(retentionMs + day + 16 * minute)).ending).toMatchObject({
      status: 'lost',
      problem: { code: 'unavailable' },
    });
  });

  test('what cannot be polled is lost a day after its expiry, and only a 404 makes it expired', () => {
    const known = after(fresh(), shown(minute, 0));
    const late = observeFailure(known, down, at(retentionMs + 5000));
    expect(late.ending).toBeNull();
    expect(observe(late.state, missing(), at(retentionMs + hour)).ending).toMatchObject({
      status: 'expired',
      evidence: 'retention_over',
    });
    expect(observe(late.state, ...shown(retentionMs + hour, 0)).ending).toBeNull();
    expect(observeFailure(late.state, down, at(retentionMs + day - minute)).ending).toBeNull();
    expect(observeFailure(late.state, down, at(retentionMs + day)).ending).toEqual({
      status: 'lost',
      lastSeen: known.job,
      problem: expect.objectContaining({ code: 'unavailable' }) as object,
    });
  });

  test('after its time it is asked at the pace of the schedule, 5 minutes apart at least, to the last', () => {
    const times = (polling: Parameters<typeof parsePolling>[0]) => {
      let { state } = observeFailure(after(fresh(), shown(minute, 0)), down, at(retentionMs + 5000));
      const seen: [ageMs: number, reason: string][] = [];
      for (let polls = 0; polls < 400; polls += 1) {
        const next = nextPoll({ ...state, polls: 8 }, parsePolling({ jitter: 0, ...polling }));
        const step = observeFailure(state, down, at(next.atMs - startMs));
        seen.push([next.atMs - startMs, next.reason]);
        if (step.ending !== null) return seen;
        state = step.state;
      }
      throw new Error('never lost');
    };
    const paced = times({});
    expect(paced).toHaveLength(12);
    expect(paced[0]).toEqual([retentionMs + 5050 + 2 * hour, 'late']);
    expect(paced.at(-1)).toEqual([retentionMs + day, 'grace_end']);
    const quick = times({ maximumInterval: '10s' });
    expect(quick[0]).toEqual([retentionMs + 5050 + 5 * minute, 'late']);
    // Rescue and end are made; of three kept back, one is left for the end of the grace.
    expect(times({ maximumPolls: 9 })).toEqual([[retentionMs + day, 'grace_end']]);
  });

  test('a 404 after a late answer is confirmed, and then says that its time is over', () => {
    const late = after(fresh(), shown(retentionMs + 5000, 0));
    const gone = [1, 2, 3].map((n) => [missing(), at(retentionMs + n * minute)] as const);
    const [first, second, third] = gone;
    if (!first || !second || !third) throw new Error('three polls');
    expect(observe(after(late, first, second), ...third).ending).toMatchObject({
      status: 'expired',
      evidence: 'retention_over',
    });
  });

  test('a budget that is used up ends a job whose time is over', () => {
    const polling = parsePolling({ maximumPolls: 9 });
    const late = after(fresh(), shown(retentionMs + 5000, 0));
    expect(isBudgetOver({ ...late, polls: 8 }, polling)).toBe(false);
    expect(isBudgetOver({ ...late, polls: 9 }, polling)).toBe(true);
    expect(isBudgetOver({ ...after(fresh(), shown(minute, 0)), polls: 9 }, polling)).toBe(false);
  });

  test('an end that moves with every answer does not bring a poll every few seconds', () => {
    const wait = (count: number) => {
      const polls = Array.from({ length: count }, (_, n) => {
        const job = { ...processing, expires_at: iso(startMs + (n + 1) * minute + 15 * minute + 1000) };
        return shown((n + 1) * minute, 0, job);
      });
      const state = after(fresh(), ...polls);
      return (
        nextPoll(state, parsePolling({ adaptive: false, initialInterval: '1h' })).atMs -
        startMs -
        count * minute
      );
    };
    expect(wait(1)).toBeLessThan(2000);
    expect(wait(5)).toBeGreaterThanOrEqual(5 * minute);
  });

  test('a run begun before this rule ends as it did', () => {
    const poisoned = observe(stateOf(), ...shown(minute, year));
    expect(poisoned.ending).toMatchObject({ status: 'timed_out' });
  });
});
