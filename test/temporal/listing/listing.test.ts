import { listChanges } from '../../../src/cli/list/list-changes';
import {
  byUrgency,
  listedStatus,
  listQuery,
  passes,
  type ListedImport,
} from '../../../src/temporal/listing/listing';
import { timeLeft } from '../../../src/cli/terminal/time-left';

const all = { teamId: null, statuses: null, startedBefore: null, startedAfter: null };
const row = (fields: Partial<ListedImport>): ListedImport => ({
  status: 'processing',
  teamId: 'team-1',
  jobId: 'job-1',
  startedAt: '2026-11-24T12:00:00.000Z',
  endedAt: null,
  expiresAt: '2026-12-01T12:00:00.000Z',
  problem: null,
  workflowId: 'prism-import/team-1/job-1',
  runId: 'run-1',
  ...fields,
});

test.each([
  ['a tracker that has not said anything', null, 'RUNNING', 'processing'],
  ['a tracker that goes on', 'processing', 'RUNNING', 'processing'],
  ['a tracker that tells how it ended', 'complete', 'RUNNING', 'complete'],
  ['a tracker at its end', 'expired', 'COMPLETED', 'expired'],
  ['a tracker that was terminated', 'processing', 'TERMINATED', 'terminated'],
  ['a tracker that refused its input', null, 'FAILED', 'error'],
  ['a pipeline at its end', null, 'COMPLETED', 'complete'],
  ['a pipeline that was cancelled', null, 'CANCELLED', 'cancelled'],
])('%s is listed as what it is', (_, published, execution, status) => {
  expect(listedStatus(published, execution)).toBe(status);
});

test.each([
  [{}, true, "WorkflowType = 'trackImport' AND ExecutionStatus = 'Running'"],
  [{ teamId: "o'brien" }, true, "PrismTeamId = 'o''brien'"],
  [{ startedBefore: '2026-11-24T00:00:00.000Z' }, true, "StartTime < '2026-11-24T00:00:00.000Z'"],
  [{ startedAfter: '2026-11-24T00:00:00.000Z' }, true, "StartTime > '2026-11-24T00:00:00.000Z'"],
  [{ problem: 'any' as const }, true, ' AND PrismProblem IS NOT NULL'],
  [{ problem: ['unavailable', 'malformed'] }, true, " AND PrismProblem IN ('unavailable', 'malformed')"],
  [{ expiresBefore: '2026-11-24T00:00:00.000Z' }, true, "PrismExpiresAt < '2026-11-24T00:00:00.000Z'"],
  [{ idPrefix: 'nightly/' }, true, "WorkflowId STARTS_WITH 'nightly/'"],
  [{ statuses: ['failed'] as const }, false, "PrismImportStatus IN ('failed')"],
  [{ statuses: ['terminated'] as const }, false, "ExecutionStatus IN ('Terminated', 'TimedOut')"],
])('the filter %j is asked for', (filter, running, text) => {
  expect(listQuery('trackImport', { ...all, ...filter }, running)).toContain(text);
});

test.each([
  ['say "hi"', 'say '],
  ['back\\slash', 'back'],
  ['really?', 'really'],
  ["'quoted'", null],
  ["tail'", 'tail'],
  ['?', null],
])(
  'the team %s, which servers read differently, is asked for by how it begins, and filtered here',
  (teamId, asked) => {
    const filter = { ...all, teamId };
    const query = listQuery('trackImport', filter, true);
    if (asked === null) expect(query).not.toContain('PrismTeamId');
    else expect(query.endsWith(` AND PrismTeamId STARTS_WITH '${asked}'`)).toBe(true);
    expect(passes(filter, row({ teamId }))).toBe(true);
    expect(passes(filter, row({ teamId: 'team-1' }))).toBe(false);
  },
);

test('batches of a pipeline are those whose ids begin as its own, in this very spelling', () => {
  const filter = { ...all, idPrefix: 'really?/' };
  expect(listQuery('trackImport', filter, true)).toContain("WorkflowId STARTS_WITH 'really'");
  expect(passes(filter, row({ workflowId: 'really?/batch-0001' }))).toBe(true);
  expect(passes(filter, row({ workflowId: 'Really?/batch-0001' }))).toBe(false);
});

test('what the API forgets first comes first, and what does not say is counted from its start', () => {
  const soon = row({ workflowId: 'soon', expiresAt: '2026-11-25T00:00:00.000Z' });
  const late = row({ workflowId: 'late', expiresAt: '2026-12-02T00:00:00.000Z' });
  const silent = row({ workflowId: 'silent', expiresAt: null });
  expect([late, silent, soon].sort(byUrgency).map(({ workflowId }) => workflowId)).toEqual([
    'soon',
    'silent',
    'late',
  ]);
});

test('changes are new rows, new statuses and problems, and rows that have left', () => {
  const before = ['a', 'b', 'c', 'e'].map((workflowId) => row({ workflowId }));
  const after = [
    row({ workflowId: 'd' }),
    row({ workflowId: 'a', status: 'complete' }),
    row({ workflowId: 'b' }),
    row({ workflowId: 'e', problem: 'key_refused' }),
  ];
  const found = (from: ListedImport[], to: ListedImport[]) =>
    listChanges(from, to).map(({ row: { workflowId }, ...change }) => [workflowId, change]);
  expect(found(before, after)).toEqual([
    ['d', { before: null, after: 'processing', problemBefore: null }],
    ['a', { before: 'processing', after: 'complete', problemBefore: null }],
    ['e', { before: 'processing', after: 'processing', problemBefore: null }],
    ['c', { before: 'processing', after: null, problemBefore: null }],
  ]);
  expect(found(after.slice(3), [row({ workflowId: 'e' })])).toEqual([
    ['e', { before: 'processing', after: 'processing', problemBefore: 'key_refused' }],
  ]);
});

test('a tracker that continued as new has not changed', () => {
  const next = row({ runId: 'run-2', startedAt: '2026-11-25T12:00:00.000Z' });
  expect(listChanges([row({})], [next])).toEqual([]);
});

const nowMs = Date.parse('2026-11-24T12:00:00Z');
const at = (minutes: number) => new Date(nowMs + minutes * 60_000).toISOString();

test.each([
  [{ estimatedEndAt: null }, null],
  [{ estimatedEndAt: at(-1) }, null],
  [{ estimatedEndAt: at(3) }, 'about 3 min left'],
  [{ estimatedEndAt: at(3), earliestEndAt: null, latestEndAt: null }, 'about 3 min left'],
  [{ estimatedEndAt: at(3), earliestEndAt: at(2), latestEndAt: at(5) }, 'about 3 min left (2 min to 5 min)'],
  [{ estimatedEndAt: at(3), earliestEndAt: at(-1), latestEndAt: at(5) }, 'about 3 min left (0 s to 5 min)'],
])('the time until %j in words is %s', (end, words) => {
  expect(timeLeft(end, nowMs)).toBe(words);
});
