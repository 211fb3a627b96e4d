import { dueNotices, markNotified, troubledSinceMs } from '../../../../src/core/tracker/notices/due-notices';
import {
  deliverNoticeInputSchema,
  endedNotice,
  noticeEvents,
  noticeWorkflowId,
  progressNotice,
} from '../../../../src/core/tracker/notices/notices';
import type { ImportEnd } from '../../../../src/core/tracker/outcome';
import { newTrackerState, type TrackerState } from '../../../../src/core/tracker/state';
import { readSubscribers } from '../../../../src/core/tracker/subscribers';

const hour = 3_600_000;
const startedAtMs = Date.parse('2026-11-23T09:00:00Z');
const ids = { teamId: 't', jobId: 'j' };
const tracking = { polls: 3, startedAt: 'a', endedAt: 'b', undelivered: [] };

function stateOf(seen: Partial<TrackerState> = {}): TrackerState {
  const start = newTrackerState({ startedAtMs, submittedAt: undefined, waitTimeoutMs: undefined, draw: 0 });
  return { ...start, lastPollAtMs: startedAtMs, ...seen };
}
const problem = (since: number): TrackerState['problem'] => ({
  code: 'unavailable',
  message: 'no answer',
  since: new Date(since).toISOString(),
});

describe('the notice of an end', () => {
  const full = {
    job_id: 'j',
    status: 'complete',
    total: 2,
    failed: 1,
    error: { code: 'c', message: 'm'.repeat(100_000), row: 'private' },
    results: [{ id: 'private' }],
    sample: ['private'],
  };
  const ends: ImportEnd[] = [
    { ...ids, status: 'complete', job: full, resultsRef: null, resultsOmitted: false, tracking },
    { ...ids, status: 'failed', job: full, resultsRef: null, resultsOmitted: true, tracking },
    { ...ids, status: 'expired', lastSeen: full, evidence: 'never_seen', message: 'gone', tracking },
    { ...ids, status: 'timed_out', lastSeen: full, problem: problem(startedAtMs), tracking },
    { ...ids, status: 'error', failure: { type: 'InvalidInput', message: 'x'.repeat(100_000) } },
    { ...ids, status: 'cancelled', failure: { type: 'CancelledFailure', message: 'stopped' } },
  ];

  test.each(ends)('$status says how, without rows and what is not documented, and is small', (end) => {
    const notice = endedNotice(end, 'tracker-1', startedAtMs);
    const { status, teamId, jobId } = end;
    expect(notice).toMatchObject({
      type: 'import.ended',
      timestamp: '2026-11-23T09:00:00.000Z',
      data: { status, teamId, jobId, workflowId: 'tracker-1' },
    });
    expect(JSON.stringify(notice)).not.toContain('private');
    expect(JSON.stringify(notice).length).toBeLessThan(4000);
    expect(deliverNoticeInputSchema.safeParse({ webhook: 'ops', notice }).success).toBe(true);
  });

  test('has counters and error of the job', () => {
    const [end] = ends;
    const { data } = endedNotice(end!, 'tracker-1', startedAtMs);
    expect(data['job']).toMatchObject({ total: 2, failed: 1, error: { code: 'c' } });
  });
});

describe('on the way', () => {
  const webhooks = (entry: object) =>
    readSubscribers([{}, { webhook: 'ops', ...entry }], 'parent').subscribers;
  const due = (entry: object, state: TrackerState) =>
    dueNotices(webhooks(entry), state).map(({ event, atMs }) => [event, atMs - startedAtMs]);

  test('nothing is due to who asked for nothing', () => {
    expect(due({}, stateOf({ problem: problem(startedAtMs) }))).toEqual([]);
  });

  test('a problem is due when it has lasted, whichever it is by then', () => {
    const entry = { problemAfter: '1h' };
    expect(due(entry, stateOf())).toEqual([]);
    expect(due(entry, stateOf({ problem: problem(startedAtMs + hour) }))).toEqual([['problem', 2 * hour]]);
    const other = stateOf({ problem: problem(startedAtMs + hour), troubledSinceMs: startedAtMs });
    expect(due(entry, other)).toEqual([['problem', hour]]);
  });

  test('the time of trouble lasts until there is no problem', () => {
    const later = problem(startedAtMs + hour);
    expect(troubledSinceMs({ problem: null, troubledSinceMs: 7 })).toBeNull();
    expect(troubledSinceMs({ problem: later, troubledSinceMs: null })).toBe(startedAtMs + hour);
    expect(troubledSinceMs({ problem: later, troubledSinceMs: 7 })).toBe(7);
    expect(troubledSinceMs({ problem: { ...later!, since: 'odd' }, troubledSinceMs: null })).toBeNull();
  });

  test('the end of retention is due so long before it, after the first poll', () => {
    const entry = { expiringWithin: '1d' };
    expect(due(entry, stateOf({ lastPollAtMs: null }))).toEqual([]);
    expect(due(entry, stateOf())).toEqual([['expiring', 6 * 24 * hour]]);
    const job = { status: 'processing', expires_at: new Date(startedAtMs + 30 * hour).toISOString() };
    expect(due(entry, stateOf({ job }))).toEqual([['expiring', 6 * hour]]);
  });

  test('each is told once', () => {
    const subscribers = webhooks({ problemAfter: '1h', expiringWithin: '1d' });
    const state = stateOf({ problem: problem(startedAtMs) });
    const [first] = dueNotices(subscribers, state);
    expect(first?.event).toBe('problem');
    markNotified(first!);
    expect(dueNotices(subscribers, state).map(({ event }) => event)).toEqual(['expiring']);
    markNotified(dueNotices(subscribers, state)[0]!);
    expect(dueNotices(subscribers, state)).toEqual([]);
  });

  test('the notice says how the import stands', () => {
    const source = { ...ids, workflowId: 'tracker-1' };
    const state = stateOf({ problem: problem(startedAtMs), polls: 4 });
    const notice = progressNotice('problem', source, state, startedAtMs + hour);
    expect(notice).toMatchObject({
      type: 'import.problem',
      timestamp: '2026-11-23T10:00:00.000Z',
      data: { status: 'processing', ...source, job: null, problem: { code: 'unavailable' }, polls: 4 },
    });
    expect(notice.data['expiresAt']).toBe('2026-11-30T09:00:00.000Z');
  });
});

describe('the id of a delivery', () => {
  test('is made of tracker, webhook and event', () => {
    expect(noticeWorkflowId('prism-import/t/j', 'ops', 'ended')).toBe('prism-import/t/j/notice/ops/ended');
    expect(noticeWorkflowId('prism-import/t/j', 'ops', 'ended', 'x')).toBe(
      'prism-import/t/j/notice/ops/ended/x',
    );
  });

  test('has room on every server, however long the others are', () => {
    const trackers = ['é'.repeat(127), `${'é'.repeat(126)}a`, 'x'.repeat(255)];
    const ids = trackers.flatMap((tracker) =>
      noticeEvents.map((event) => noticeWorkflowId(tracker, 'w'.repeat(64), event, 'u'.repeat(36))),
    );
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(Buffer.byteLength(id)).toBeLessThanOrEqual(255);
  });
});
