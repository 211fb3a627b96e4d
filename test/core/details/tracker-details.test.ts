import { adviceOn, failureAdvice, problemAdvice } from '../../../src/core/details/advice';
import { parsePolling } from '../../../src/core/tracker/polling';
import { refusedDetails, trackerDetails, type TrackerView } from '../../../src/core/details/tracker-details';
import { startMs, stateOf } from '../support/tracker-state';
import { expectNoContradiction, standings } from './support/standings';

const ids = { teamId: 'team', jobId: 'job' };
const job = { status: 'processing', total: 1000, processed: 400, succeeded: 398, failed: 2 };
const minute = 60_000;

/** Without the hard spaces that keep things apart. */
const details = (view: Partial<TrackerView> = {}) =>
  trackerDetails({
    ids,
    state: stateOf(),
    polling: parsePolling({ jitter: 0 }),
    phase: 'waiting',
    end: null,
    undelivered: 0,
    nowMs: startMs,
    ...view,
  })
    .replaceAll('\u00a0', '')
    .trimEnd();

test('a running import shows what is done, how fast, until when, and when it is polled next', () => {
  const state = stateOf({
    polls: 7,
    lastPollAtMs: startMs + 4 * minute,
    job,
    firstProgress: { atMs: startMs + 2 * minute, processed: 200 },
  });
  expect(details({ state, nowMs: startMs + 4 * minute })).toBe(`**Processing**, about 6 min left

████████░░░░░░░░░░░░ 40 %

| Import | \`job\` of team \`team\` |
| :--- | :--- |
| Rows | 400 of 1,000: 398 succeeded, 2 failed |
| Speed | 1.67 rows/s |
| Estimated end | 2026-03-01 12:10:00 UTC |
| Polls | 7, of the key's 1,000 requests a month |
| Last poll | 2026-03-01 12:04:00 UTC |
| Next poll | 2026-03-01 12:05:00 UTC (backoff) |
| Retention | until 2026-03-08 12:00:00 UTC, 6 d 23 h left |

As of 2026-03-01 12:04:00 UTC. What each line means: docs/inspecting.md`);
});

test('while polls fail, nothing is said of the time left', () => {
  const problem = { code: 'unavailable', message: 'm', since: '2026-03-01T12:04:00.000Z' } as const;
  const firstProgress = { atMs: startMs, processed: 200 };
  const state = stateOf({ job, problem, firstProgress, lastPollAtMs: startMs + minute });
  expect(details({ state })).toContain('**Processing** at the last successful poll\n');
});

test('the text ends with a line that the frame of the Temporal UI may cut off', () => {
  const text = refusedDetails('trackImport', { type: 'InvalidInput', message: 'm' });
  expect(text.endsWith('\n\n\u00a0')).toBe(true);
});

test('an import that was not polled yet shows when that will be', () => {
  const text = details();
  expect(text).toContain('**Not seen yet**');
  expect(text).toContain('| Rows | not reported |');
  expect(text).toContain('| Last poll | none yet |');
  expect(text).toContain('| Next poll | 2026-03-01 12:00:02 UTC (first poll) |');
});

test('polls count against maximumPolls where it is set', () => {
  const text = details({ state: stateOf({ polls: 7 }), polling: parsePolling({ maximumPolls: 50 }) });
  expect(text).toContain('| Polls | 7 of 50 (maximumPolls) |');
});

test('a problem comes first, with what the API said and what to do', () => {
  const problem = {
    code: 'rate_limited',
    message: 'too | many\n`requests`',
    since: '2026-03-01T12:00:40.000Z',
  } as const;
  const text = details({ state: stateOf({ problem }) });
  expect(text).toContain("**Problem: rate_limited** since 2026-03-01 12:00:40 UTC: `too ¦ many 'requests'`");
  expect(text).toContain(`What to do: ${problemAdvice.rate_limited} See docs/problems.md`);
  expect(text.indexOf('Problem')).toBeLessThan(text.indexOf('| Import'));
});

test('a job that seems to be gone, and a status that nobody knows, are in the headline', () => {
  const missing = { sinceMs: startMs, polls: 1 };
  expect(details({ state: stateOf({ job, missing }) })).toMatch(/^\*\*Gone\?\*\* The API now answers 404/);
  const strange = stateOf({ job: { ...job, status: 'paused|' } });
  expect(details({ state: strange })).toMatch(/^\*\*Unknown status `paused¦`\*\*/);
});

const finished = {
  job: { ...job, status: 'complete', processed: 1000 },
  resultsRef: null,
  resultsOmitted: true,
};
const seen = { ...job, status: 'complete', processed: 1000, succeeded: 1000, failed: 0 };

test.each<{ what: string; view: Partial<TrackerView>; texts: string[] }>([
  {
    what: 'a complete import',
    view: { end: { ...finished, status: 'complete', job: seen }, state: stateOf({ job: seen }) },
    texts: ['**Complete**\n', '████████████████████ 100 %', '| Results | left out'],
  },
  {
    what: 'a complete import with failed rows',
    view: {
      end: { ...finished, status: 'complete', job: { ...seen, failed: 2 } },
      state: stateOf({ job: { ...seen, failed: 2 } }),
    },
    texts: ['**Complete, but 2 rows failed**', 'What to do: Read the results'],
  },
  {
    what: 'stored results',
    view: {
      end: {
        ...finished,
        status: 'complete',
        resultsRef: { uri: 's3://b/r', bytes: 1, sha256: '', rows: 1000 },
      },
    },
    texts: ['| Results | 1,000 lines in `s3://b/r` |'],
  },
  {
    what: 'failed rows',
    view: {
      end: {
        ...finished,
        status: 'complete',
        failedResults: [{ index: 4, result: { error: 'x' } }],
        failedOmitted: 2,
      },
    },
    texts: ['3 rows failed', "| Failed rows | 3 of 1,000, 1 of them in this workflow's result |"],
  },
  {
    what: 'no failed rows',
    view: { end: { ...finished, status: 'complete', failedResults: [], failedOmitted: 0 } },
    texts: ['| Failed rows | 0 of 1,000 |'],
  },
  {
    what: 'a failed import',
    view: {
      end: { ...finished, status: 'failed', job: { ...job, error: { code: 'worker', message: '[x](y)' } } },
      undelivered: 2,
    },
    texts: [
      '**Failed, as reported by the API**',
      'Error: `worker`: `[x](y)`',
      '| Not notified | 2 subscribers, which',
    ],
  },
  {
    what: 'an expired import',
    view: {
      end: { status: 'expired', lastSeen: null, evidence: 'never_seen', message: 'The API answers 404.' },
    },
    texts: ['**Expired: the API does not know this import**', 'The API answers 404.', 'See docs/problems.md'],
  },
  {
    what: 'a wait that was too short',
    view: { end: { status: 'timed_out', lastSeen: job, problem: null } },
    texts: ['**Timed out before the import finished**', 'What to do: Track it again'],
  },
  {
    what: 'a refused key',
    view: { end: { status: 'error', failure: { type: 'PrismUnauthorized', message: 'HTTP 401' } } },
    texts: ['**Ended by a failure**', '`PrismUnauthorized`: `HTTP 401`', failureAdvice.PrismUnauthorized],
  },
  {
    what: 'a cancelled tracker',
    view: { end: { status: 'cancelled', failure: { type: 'CancelledFailure', message: '' } } },
    texts: ['**Cancelled: no longer tracked**', 'The import itself continues'],
  },
])('$what says how it ended and what to do', ({ view, texts }) => {
  const text = details({ phase: 'done', ...view });
  for (const each of texts) expect(text).toContain(each);
  expect(text).not.toContain('Next poll');
  expect(text).not.toContain('Estimated end');
});

test.each(standings)(
  'the advice on $status with the problem $problem and retention $retention does not contradict it',
  (standing) => {
    const { status, problem, isOver } = standing;
    const advice = adviceOn(standing);
    expectNoContradiction(advice, standing);
    if (problem !== null && ['lost', 'timed_out'].includes(status))
      expect(advice?.length).toBeGreaterThan(adviceOn({ status, problem: null, isOver })?.length ?? Infinity);
  },
);

test('an import that is lost says what kept it from being polled, and nothing of a retry', () => {
  const problem = { code: 'unavailable' as const, message: 'no answer', since: '2026-03-01T12:00:00.000Z' };
  const nowMs = startMs + 8 * 86_400_000;
  const state = stateOf({ job, problem, polls: 1, lastPollAtMs: startMs + 1000 });
  const text = details({ phase: 'done', state, nowMs, end: { status: 'lost', lastSeen: job, problem } });
  expect(text).toContain('**Lost: nobody knows how it ended**');
  expect(text).toContain('**Unresolved problem: unavailable**');
  expect(text.match(/What to do: /g)).toHaveLength(1);
  expect(text).not.toContain('tries again');
});

test('while subscribers are notified, the headline says so', () => {
  const end = { ...finished, status: 'complete' } as const;
  expect(details({ phase: 'delivering', end })).toContain(', notifying subscribers');
});

test('an input that is refused is explained', () => {
  const text = refusedDetails('trackImport', { type: 'InvalidInput', message: 'jobId: saw 12' });
  expect(text).toContain('**trackImport did not begin**');
  expect(text).toContain('`InvalidInput`: `jobId: saw 12`');
  expect(text).toContain(failureAdvice.InvalidInput);
});
