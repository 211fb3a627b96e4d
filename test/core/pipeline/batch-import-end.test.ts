import { readImportEnd } from '../../../src/core/pipeline/batch-import-end';

const ids = { teamId: 'team', jobId: 'job' };
const tracking = { polls: 3, startedAt: '', endedAt: '', undelivered: [] };
const resultsRef = { uri: 'file:///r', rows: 2, bytes: 10, sha256: 'x' };
const read = (payload: object) => readImportEnd({ ...ids, tracking, ...payload }, 'team');

test.each([
  {
    payload: { status: 'complete', job: { status: 'complete' }, resultsRef },
    end: { status: 'complete', message: null, resultsRef, polls: 3 },
  },
  {
    payload: { status: 'complete', job: { status: 'complete' }, resultsRef: null },
    end: { status: 'complete', message: 'the API gave no results' },
  },
  {
    payload: {
      status: 'failed',
      job: { status: 'failed', error: { code: 'x', message: 'y' } },
      resultsRef: null,
    },
    end: {
      status: 'failed',
      message: 'the API reports that the import failed (x: y)',
      withoutResult: 'unknown',
    },
  },
  {
    payload: { status: 'expired', message: 'it is gone' },
    end: { status: 'expired', message: 'it is gone' },
  },
  {
    payload: { status: 'lost', problem: { message: 'no answer' } },
    end: { status: 'lost', message: 'it is unknown how the import ended: no answer' },
  },
  {
    payload: { status: 'timed_out', problem: { message: 'no answer' } },
    end: { status: 'timed_out', message: 'the import did not finish in time: no answer' },
  },
  {
    payload: { status: 'cancelled', failure: { type: 'CancelledFailure', message: 'it was cancelled' } },
    end: { status: 'error', message: 'the import was started but could not be tracked: it was cancelled' },
  },
])('$payload.status is taken as $end', ({ payload, end }) => {
  expect(read(payload)).toMatchObject({ jobId: 'job', ...end });
});

test.each([
  null,
  'complete',
  { ...ids, status: 'complete' },
  { ...ids, tracking, status: 'done' },
  { ...ids, tracking, teamId: 'another', status: 'expired', message: '' },
  { ...ids, tracking, jobId: 7, status: 'expired', message: '' },
])('the signal %j is not believed', (payload) => {
  expect(readImportEnd(payload, 'team')).toBeNull();
});

test('a message of any length is cut off', () => {
  expect(read({ status: 'expired', message: 'x'.repeat(1e6) })?.message?.length).toBeLessThan(1100);
});
