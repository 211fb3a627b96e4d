import fc from '../../support/properties';
import { notStarted } from '../../../src/core/pipeline/batch-import-end';
import { newBatchInFlight } from '../../../src/core/pipeline/progress';
import {
  describeProgress,
  followSummary,
  importSummary,
  waitTimeoutSummary,
  planSummary,
  pollSummary,
  reportSummary,
  settleSummary,
  describeLastSeen,
  waitSummary,
} from '../../../src/core/details/summaries';
import type { TrackerState } from '../../../src/core/tracker/state';
import { progressOf } from '../../../src/core/tracker/status';
import { startMs, stateOf } from '../support/tracker-state';

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

test.each([
  { rows: 'that end in time to say', total: 1_000_000, end: '2142-07-19T16:00:00.000Z' },
  {
    rows: 'that would end after the year 9999, which Go, Java and Python do not read',
    total: 1e8,
    end: null,
  },
])('an end is predicted for rows $rows', ({ total, end }) => {
  const hour = 3_600_000;
  const state = stateOf({
    submittedAtMs: Date.UTC(2028, 5, 20),
    lastPollAtMs: Date.UTC(2028, 5, 20) + hour,
    job: { status: 'processing', total, processed: 1 },
    firstProgress: { atMs: Date.UTC(2028, 5, 20) + hour, processed: 1 },
  });
  expect(progressOf(state)).toMatchObject({ estimatedEndAt: end });
});

test('summaries say how long a wait is, what for, why, and what was seen last', () => {
  const next = { atMs: startMs + 7_200_000, reason: 'backoff', urgent: false } as const;
  expect(waitSummary(next, startMs, 5, null)).toBe('2 h until poll 5 (backoff)');
  expect(waitSummary(next, startMs, 5, '400 of 1,000 rows')).toBe(
    '2 h until poll 5 (backoff): 400 of 1,000 rows',
  );
  expect(pollSummary('rescue', 6)).toBe('Poll 6 (rescue before retention ends)');
  expect(waitTimeoutSummary(61_000)).toBe('1 min 1 s left of waitTimeout for this poll');
});

test.each<{ facts: Partial<TrackerState>; text: string | null }>([
  { facts: {}, text: null },
  { facts: { lastPollAtMs: startMs }, text: 'not visible yet' },
  { facts: { job: { status: 'processing', processed: 1000, total: 2000 } }, text: '1,000 of 2,000 rows' },
  { facts: { job: { status: 'processing', processed: 5 } }, text: '5 rows' },
  { facts: { job: { status: 'queued' } }, text: 'queued' },
  { facts: { missing: { sinceMs: startMs, polls: 1 } }, text: 'the API answers 404' },
  { facts: { problem: { code: 'malformed', message: 'm', since: '' } }, text: 'problem malformed' },
])('an import stands at "$text"', ({ facts, text }) => {
  expect(describeLastSeen(stateOf(facts))).toBe(text);
});

test('summaries of a pipeline name what is done to which batch', () => {
  const range = null;
  const ended = [notStarted('m', 'failed'), notStarted('m', 'failed')].map((end) => ({ ...end, range }));
  const inFlight = { ...newBatchInFlight(3), ended };
  expect(settleSummary(inFlight)).toBe('Settle the rows of batch 3 (not started)');
  expect(planSummary(1000)).toBe('Read the source and cut it into batches of 1,000 rows');
  expect(reportSummary({ rows: 1, batches: 1 })).toBe('Write the report on 1 row in 1 batch');
  const followed = { range, jobId: 'j-1', submittedAt: '', trackerId: 'import/batch-0012' };
  expect(followSummary(followed)).toBe('Batch 0012: longest wait for the tracker of j-1');
});

test('no summary is longer than the server allows, whatever the ids are', () => {
  const text = fc.string({ unit: fc.constantFrom('"', '\\', '€', '𝄞', 'a', '\n', '\ud800'), maxLength: 400 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const trackerId = `${one}/batch-${other}`;
      const summaries = [
        `Batch 100000.0-100000: ${importSummary(one, other)}`,
        followSummary({ range: null, jobId: one, submittedAt: '', trackerId }),
        waitSummary(
          { atMs: startMs + 1e11, reason: 'slow', urgent: false },
          startMs,
          1e6,
          describeLastSeen(stateOf({ job: { status: other } })),
        ),
      ];
      for (const each of summaries)
        expect(Buffer.byteLength(JSON.stringify(each))).toBeLessThanOrEqual(400 - 40);
    }),
  );
});
