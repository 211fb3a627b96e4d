import { newBatchInFlight } from '../../../src/core/pipeline/progress';
import { newStatistics, paceOf, addSettledBatch } from '../../../src/core/pipeline/statistics';
import { noRows } from '../../../src/core/pipeline/row-totals';
import { answeredAtOnce, notStarted } from '../../../src/core/pipeline/batch-import-end';

const range = null;
const complete = { ...answeredAtOnce({ status: 'complete' }, null), range, polls: 4 };

test('the batches settled last are remembered, the latest first, with each way that their imports ended once', () => {
  const statistics = newStatistics();
  for (let batch = 1; batch <= 7; batch += 1) {
    const ended = [complete, complete, { ...notStarted('m', 'failed'), range }];
    addSettledBatch(
      statistics,
      { ...newBatchInFlight(batch), ended },
      { ...noRows(), rows: batch, created: batch },
    );
  }
  expect(statistics.recent.map(({ batch }) => batch)).toEqual([7, 6, 5, 4, 3]);
  expect(statistics.recent[0]).toMatchObject({ rows: 7, created: 7, statuses: ['complete', 'not_started'] });
  expect(statistics.requests).toBe(7 * 8);
});

const from = { ...newStatistics(), rateFrom: { atMs: 1000, rows: 500 } };

test('the pace counts the rows settled since the importing began, and leaves open how far those in flight are', () => {
  expect(paceOf(from, { settled: 1500, inFlight: 400, total: 3500 }, 11_000)).toEqual({
    rowsPerSecond: 100,
    estimatedEndMs: 11_000 + 18_000,
    earliestEndMs: 11_000 + 16_000,
    latestEndMs: 11_000 + 20_000,
  });
});

test('no more rows are in flight than are left', () => {
  expect(paceOf(from, { settled: 1500, inFlight: 9000, total: 1600 }, 11_000)).toMatchObject({
    earliestEndMs: 11_000,
    latestEndMs: 12_000,
  });
});

test.each([
  { statistics: newStatistics(), settled: 1500, nowMs: 11_000 },
  { statistics: from, settled: 500, nowMs: 11_000 },
  { statistics: from, settled: 1500, nowMs: 1000 },
])('there is no pace before a batch is settled', ({ statistics, settled, nowMs }) => {
  expect(paceOf(statistics, { settled, inFlight: 1, total: 2000 }, nowMs)).toBeNull();
});
