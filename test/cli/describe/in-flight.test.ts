import { inFlightOf } from '../../../src/cli/describe/in-flight';

test('batches on their way are shown with attempt, problem and next try, once a pipeline tells of them', () => {
  const nextTryAt = '2026-11-24T12:00:00.000Z';
  const since = '2026-11-24T11:00:00.000Z';
  const inFlight = [
    { batch: 3, attempt: 1, problem: null, nextTryAt: null },
    { batch: 4, attempt: 7, problem: { code: 'rate_limited' }, nextTryAt },
    { batch: 5, attempt: 2, problem: { code: 'key_refused', message: 'HTTP 403: no', since }, nextTryAt },
  ];
  expect(inFlightOf({ phase: 'importing', inFlight, stuck: true })).toEqual({
    lines: [
      'stuck: no batch makes progress',
      'batch 3, attempt 1',
      `batch 4, attempt 7, next try ${nextTryAt}, rate_limited`,
      `batch 5, attempt 2, next try ${nextTryAt}, key_refused since ${since}: HTTP 403: no`,
    ],
    problem: 'rate_limited',
  });
  expect(inFlightOf({ phase: 'importing' })).toEqual({ lines: [], problem: null });
  expect(inFlightOf({ inFlight: [], stuck: false })).toEqual({ lines: [], problem: null });
});
