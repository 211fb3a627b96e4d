import { isPolling, serverTimeMs } from '../../src/temporal/task-queues';

const nowMs = Date.UTC(2026, 0, 1);

test.each<[string, number | null, boolean]>([
  ['in the middle of a long poll', 60_000, true],
  ['whose next poll is a little late', 90_000, true],
  ['that the server still lists although it stopped', 90_001, false],
  ['that polled after our clock says now', -30_000, true],
  ['of which the server does not say when it polled', null, true],
])('a poller %s', (_, silenceMs, isThere) => {
  const lastAccessMs = silenceMs === null ? null : nowMs - silenceMs;
  expect(isPolling({ lastAccessMs }, nowMs)).toBe(isThere);
});

test('a time of the server is read in milliseconds', () => {
  expect(serverTimeMs({ seconds: '12', nanos: 5_000_000 })).toBe(12_005);
  expect(serverTimeMs(null)).toBeNull();
});
