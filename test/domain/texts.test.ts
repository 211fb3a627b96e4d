import { parsePolling } from '../../src/domain/polling';
import {
  describeProgress,
  importSummary,
  pollSummary,
  trackingDetails,
  waitSummary,
} from '../../src/domain/texts';
import { progressOf } from '../../src/domain/tracking-state';
import { startMs, stateOf } from '../support/tracker-state';

const ids = { teamId: 'team', jobId: 'job' };

test('details show state, progress, polls, times and problem', () => {
  const state = stateOf({
    polls: 7,
    lastPollAtMs: startMs + 40_000,
    job: { status: 'processing', total: 1000, processed: 400 },
    firstProgress: { atMs: startMs + 20_000, processed: 200 },
    problem: { code: 'rate_limited', message: 'too | many\nrequests', since: '2026-03-01T12:00:40.000Z' },
  });
  const text = trackingDetails(
    ids,
    state,
    parsePolling({ maximumPolls: 50, jitter: 0 }),
    'waiting',
    'processing',
  );
  expect(text).toContain('`job` of team'.replace(' of', '** of'));
  expect(text).toContain('████████░░░░░░░░░░░░ 40 %, 400 of 1000 rows, 10.0 rows/s');
  expect(text).toContain('| Estimated end | 2026-03-01T12:01:40.000Z |');
  expect(text).toContain('| Polls | 7 of 50 |');
  expect(text).toContain('| Kept by the API until | 2026-03-08T12:00:00.000Z |');
  expect(text).toContain('| Problem | rate_limited since 2026-03-01T12:00:40.000Z: too \\| many requests |');
});

test('ids cannot break out of the Markdown', () => {
  const text = trackingDetails(
    { teamId: 't`|x', jobId: 'j' },
    stateOf(),
    parsePolling({}),
    'waiting',
    'processing',
  );
  expect(text).toContain("team `t'|x`");
});

test.each([
  { job: { status: 'processing' }, text: 'not reported' },
  { job: { status: 'processing', total: 5 }, text: '5 rows, progress not reported' },
  { job: { status: 'processing', processed: 5 }, text: '5 of an unknown number of rows' },
  { job: { status: 'processing', total: 0, processed: 0 }, text: '0 of 0 rows' },
  { job: { status: 'processing', total: 4, processed: 9 }, text: '████████████████████ 100 %, 9 of 4 rows' },
])('progress reads "$text"', ({ job, text }) => {
  expect(describeProgress(progressOf(stateOf({ job })))).toBe(text);
});

test('counters that go backwards give no rate, and no end', () => {
  const state = stateOf({
    lastPollAtMs: startMs,
    job: { status: 'processing', total: 10, processed: 1 },
    firstProgress: { atMs: startMs, processed: 5 },
  });
  expect(progressOf(state)).toMatchObject({ rowsPerSecond: null, estimatedEndAt: null, fraction: 0.1 });
});

test('summaries are one short line, however long the ids', () => {
  const next = { atMs: startMs + 7_200_000, reason: 'backoff', urgent: false } as const;
  expect(waitSummary(next, startMs, 5)).toBe('2 h until poll 5 (backoff)');
  expect(pollSummary('rescue', 6)).toBe('Poll 6 (rescue before retention ends)');
  expect(Buffer.byteLength(importSummary('€'.repeat(66), '𝄞'.repeat(50)))).toBeLessThan(400);
});
