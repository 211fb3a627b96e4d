import fc from '../../support/properties';
import type { PollAnswer } from '../../../src/core/tracker/get-import-status';
import { detectionDelayMs, pollResult } from '../../../src/core/tracker/poll-result';

const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
const found = (
  job: { status: string; updated_at?: string | null },
  serverTime: string | null,
): PollAnswer => ({
  found: true,
  job: { job_id: 'j', ...job },
  resultsRef: null,
  resultsOmitted: false,
  serverTime,
  retryAfterMs: null,
});
const missing: PollAnswer = { found: false, serverTime: at(0) };

test.each([
  { status: found({ status: 'processing' }, null), result: 'processing' },
  { status: found({ status: 'complete' }, null), result: 'complete' },
  { status: found({ status: 'failed' }, null), result: 'failed' },
  { status: found({ status: 'paused' }, null), result: 'unknown_status' },
  { status: missing, result: 'not_found' },
])('an answer counts as $result', ({ status, result }) => {
  expect(pollResult(status)).toBe(result);
});

const start = Date.UTC(2026, 0, 1);
const before = (lastPollMs: number | null) => ({
  lastPollAtMs: lastPollMs === null ? null : start + lastPollMs,
  submittedAtMs: start,
});

test.each([
  {
    why: "by the API's clock",
    updated_at: at(40_000),
    serverTime: at(50_000),
    last: 20_000,
    delayMs: 10_000,
  },
  {
    why: 'the poll before saw it at work',
    updated_at: at(0),
    serverTime: at(50_000),
    last: 20_000,
    delayMs: 30_000,
  },
  {
    why: 'since it was submitted, at the first poll',
    updated_at: at(-90_000),
    serverTime: at(50_000),
    last: null,
    delayMs: 50_000,
  },
  { why: 'never negative', updated_at: at(60_000), serverTime: at(50_000), last: 20_000, delayMs: 0 },
  { why: 'nothing without a Date header', updated_at: at(0), serverTime: null, last: 20_000, delayMs: null },
  { why: 'nothing without a last change', updated_at: null, serverTime: at(0), last: 20_000, delayMs: null },
])('a finished import was noticed late: $why', ({ updated_at, serverTime, last, delayMs }) => {
  const status = found({ status: 'complete', updated_at }, serverTime);
  expect(detectionDelayMs(before(last), status, { endedAtMs: start + 50_000 })).toBe(delayMs);
});

test('an import that is not finished was not noticed late', () => {
  const running = found({ status: 'processing', updated_at: at(0) }, at(50_000));
  for (const status of [running, missing]) {
    expect(detectionDelayMs(before(0), status, { endedAtMs: start + 50_000 })).toBeNull();
  }
});

test('whatever the clocks say, the delay lies between nothing and the time since the poll before', () => {
  const time = fc.integer({ min: -1e9, max: 1e9 });
  fc.assert(
    fc.property(time, time, fc.nat(1e9), (updated, server, sinceMs) => {
      const status = found({ status: 'failed', updated_at: at(updated) }, at(server));
      const delayMs = detectionDelayMs(before(0), status, { endedAtMs: start + sinceMs });
      expect(delayMs).toBeGreaterThanOrEqual(0);
      expect(delayMs).toBeLessThanOrEqual(sinceMs);
    }),
  );
});
