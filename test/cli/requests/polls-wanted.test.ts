import { pollsWanted, type OpenImport } from '../../../src/cli/requests/polls-wanted';
import type { QueriedState } from '../../../src/temporal/listing/listing';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** In the middle of a month, so that all polls come within it. */
const submittedMs = Date.parse('2026-11-10T12:00:00Z');
const at = (ms: number) => new Date(submittedMs + ms).toISOString();
const open = (facts: Partial<OpenImport> = {}): OpenImport => ({
  ...{ runId: 'r', startedAt: at(0), expiresAt: at(7 * day), problem: null, ...facts },
});
const asked = (state: Partial<QueriedState> = {}): QueriedState => ({
  ...{ polls: 4, fraction: null, nextPollAt: null, estimatedEndAt: null },
  ...{ problemSince: null, problemMessage: null, ...state },
});
const wantedAt = (ageMs: number, ...imports: OpenImport[]) => pollsWanted(imports, submittedMs + ageMs);

test('an open import wants from the index alone what the schedule spends, with progress or without', () => {
  const { imports, made, inAll, thisMonth, inTrouble } = wantedAt(minute, open());
  expect({ imports, made, inTrouble }).toEqual({
    ...{ imports: 1, made: 0 },
    inTrouble: { imports: 0, polls: 0 },
  });
  // Of about 120 in seven days, those of the first minute are made.
  expect(inAll.withoutProgress).toBeGreaterThan(90);
  expect(inAll.withoutProgress).toBeLessThan(120);
  expect(inAll.withProgress).toBeLessThan(6);
  expect(inAll.last).toBe(3);
  expect(thisMonth).toEqual(inAll);
  // As long again as 12 hours is 12 polls at the longest wait of 2 hours, and fewer where progress moves.
  expect(wantedAt(12 * hour, open()).inAll.withProgress).toBeGreaterThan(3);
  expect(wantedAt(12 * hour, open()).inAll.withProgress).toBeLessThan(14);
});

test('a thousand of all ages are counted at once', () => {
  const many = Array.from({ length: 1000 }, (_, n) =>
    open({ expiresAt: at(7 * day - n * 9 * minute), problem: n % 3 === 0 ? 'key_refused' : null }),
  );
  expect(wantedAt(0, ...many).inAll.last).toBe(3000);
});

test('one that the API shows after its time is asked for once a day, and has no last polls', () => {
  const { inAll, thisMonth } = wantedAt(9 * day, open({ expiresAt: at(365 * day) }));
  expect(inAll).toEqual({ last: 0, withProgress: 1, withoutProgress: 356 });
  // Until December begins.
  expect(thisMonth).toEqual({ last: 0, withProgress: 1, withoutProgress: 12 });
});

test('one whose end is near wants a few', () => {
  const near = open({ asked: asked({ estimatedEndAt: at(12 * minute) }) });
  const { made, inAll } = wantedAt(10 * minute, near, open({ asked: null }), near);
  expect(made).toBe(8);
  expect(wantedAt(10 * minute, near).inAll.withProgress).toBeLessThan(6);
  expect(inAll.withoutProgress).toBeGreaterThan(240);
});

test('one whose key is refused is asked for every five minutes until it is lost', () => {
  const { inAll, inTrouble } = wantedAt(0, open({ problem: 'key_refused' }));
  // 8 days of 288.
  expect(inAll.withoutProgress).toBeGreaterThan(2200);
  expect(inAll.withoutProgress).toBeLessThan(2400);
  expect(inAll.withProgress).toBe(inAll.withoutProgress);
  expect(inTrouble).toEqual({ imports: 1, polls: inAll.withoutProgress });
  expect(wantedAt(6 * day, open({ problem: 'key_refused' })).inAll.withoutProgress).toBeLessThan(600);
  // Once its time is over as often.
  expect(wantedAt(7 * day + hour, open({ problem: 'invalid_request' })).inAll.withProgress).toBeGreaterThan(
    250,
  );
});

test.each(['rate_limited', 'unavailable', 'malformed'])(
  'one that is %s wants what the backoff spends, and the rescue',
  (problem) => {
    const { withoutProgress } = wantedAt(minute, open({ problem })).inAll;
    expect(withoutProgress).toBeGreaterThan(wantedAt(minute, open()).inAll.withoutProgress);
    expect(withoutProgress).toBeLessThan(200);
  },
);

test('its age counts from its submission, whenever the present run has begun', () => {
  const continued = open({ startedAt: at(5 * day) });
  expect(wantedAt(5 * day + hour, continued)).toEqual(wantedAt(5 * day + hour, open()));
  // Begun this very moment, and not yet in the index with its end.
  const fresh = open({ startedAt: at(0), expiresAt: null });
  expect(wantedAt(0, fresh)).toEqual(wantedAt(0, open()));
});

test('what comes after the month is no part of what the month wants', () => {
  const submitted = Date.parse('2026-11-28T12:00:00Z');
  const late = open({
    startedAt: new Date(submitted).toISOString(),
    expiresAt: new Date(submitted + 7 * day).toISOString(),
  });
  const { inAll, thisMonth } = pollsWanted([late], submitted + hour);
  expect([inAll.last, thisMonth.last]).toEqual([3, 0]);
  expect(thisMonth.withoutProgress).toBeLessThan(inAll.withoutProgress / 1.5);
  expect(thisMonth.withoutProgress).toBeGreaterThan(20);
});

test('one whose time is over wants one more that shows it, and one at the end of grace is kept back', () => {
  const { inAll } = wantedAt(7 * day + hour, open());
  expect(inAll).toEqual({ last: 1, withProgress: 1, withoutProgress: 1 });
  expect(wantedAt(9 * day, open()).inAll).toEqual({ last: 1, withProgress: 1, withoutProgress: 1 });
});
