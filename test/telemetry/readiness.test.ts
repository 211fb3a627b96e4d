import { reasonsNotReady } from '../../src/telemetry/readiness';

const running = [
  { taskQueue: 'q', state: 'RUNNING' },
  { taskQueue: 'q-http', state: 'RUNNING' },
];

test.each([
  { why: 'both run and the server answered just now', workers: running, sinceReachedMs: 0 },
  { why: 'the server answered a minute ago', workers: running, sinceReachedMs: 60_000 },
])('a process is ready when $why', ({ workers, sinceReachedMs }) => {
  expect(reasonsNotReady({ workers, sinceReachedMs })).toEqual([]);
});

test.each([
  { workers: [], sinceReachedMs: 0, reason: 'the workers are not started yet' },
  { workers: running, sinceReachedMs: null, reason: 'the Temporal server has not answered yet' },
  { workers: running, sinceReachedMs: 61_000, reason: 'the Temporal server has not answered for 61 s' },
  {
    workers: [
      { taskQueue: 'q', state: 'RUNNING' },
      { taskQueue: 'q-http', state: 'DRAINING' },
    ],
    sinceReachedMs: 0,
    reason: 'the worker of q-http is DRAINING, not RUNNING',
  },
])('a process is not ready while $reason', ({ workers, sinceReachedMs, reason }) => {
  expect(reasonsNotReady({ workers, sinceReachedMs })).toEqual([reason]);
});

test('every reason is given', () => {
  const workers = [{ taskQueue: 'q', state: 'STOPPED' }];
  expect(reasonsNotReady({ workers, sinceReachedMs: 90_000 })).toHaveLength(2);
});
