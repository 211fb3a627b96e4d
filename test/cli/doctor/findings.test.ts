import { judgeCleaning } from '../../../src/cli/doctor/judge-cleaning';
import { judgeClock, judgeKey, judgeNode, judgeStorage } from '../../../src/cli/doctor/judge-host';
import {
  judgeNotices,
  judgePollers,
  judgeRate,
  judgeRetention,
  judgeSearchAttributes,
  judgeServer,
} from '../../../src/cli/doctor/judge-server';
import { judgeImports, judgePipelines } from '../../../src/cli/doctor/judge-trouble';
import { judgeRequests } from '../../../src/cli/doctor/judge-requests';
import { problemCodes, type ProblemCode } from '../../../src/core/tracker/outcome';
import type { Poller } from '../../../src/temporal/server-facts';

const place = { address: 'temporal.test:7233', namespace: 'imports' };
const nowMs = Date.parse('2026-11-24T12:00:00Z');
const poller = (silenceMs: number, ratePerSecond: number | null = null): Poller => ({
  identity: '1@host',
  lastAccessMs: nowMs - silenceMs,
  sdk: '@temporalio/worker@1.24.0',
  ratePerSecond,
});
const queue = { taskQueue: 'q', work: 'workflows' };
const trouble = (total: number) => ({
  total,
  byProblem: Object.fromEntries(problemCodes.map((code) => [code, 0])) as Record<ProblemCode, number>,
});
const attribute = { name: 'PrismTeamId', expected: 'Keyword' };

test.each([
  ['a server that is too old', judgeServer('1.26.2', place), 'warning', '1.27 or later'],
  ['a server without priorities', judgeServer('1.29.1', place), 'ok', null],
  ['a server with priorities', judgeServer('1.31.2', place), 'ok', null],
  ['a server whose version is a word', judgeServer('unstable', place), 'ok', null],
  ['short retention', judgeRetention(86_400, place), 'warning', '--namespace imports --retention 8d'],
  ['long retention', judgeRetention(8 * 86_400, place), 'ok', null],
  ['retention that is not told', judgeRetention(0, place), 'ok', null],
  [
    'an attribute that is there',
    judgeSearchAttributes([{ ...attribute, found: 'Keyword' }], place),
    'ok',
    null,
  ],
  [
    'a missing attribute',
    judgeSearchAttributes([{ ...attribute, found: null }], place),
    'problem',
    'prism-imports setup',
  ],
  [
    'an attribute of another type',
    judgeSearchAttributes([{ ...attribute, found: 'Text' }], place),
    'problem',
    '--name PrismTeamId',
  ],
  ['a queue that nobody asks', judgePollers(queue, [], nowMs), 'problem', 'prism-imports worker'],
  ['a worker that asks', judgePollers(queue, [poller(200_000), poller(1000)], nowMs), 'ok', null],
  [
    'a worker that has stopped asking',
    judgePollers(queue, [poller(200_000)], nowMs),
    'warning',
    'prism-imports worker',
  ],
  ['the rate that is wanted', judgeRate({ perSecond: 10, byWorkers: true }, [poller(0, 10)], 10), 'ok', null],
  ['the rate of an older server', judgeRate(null, [poller(0, 10)], 10), 'ok', null],
  ["the server's own rate", judgeRate({ perSecond: 4000, byWorkers: false }, [], 10), 'ok', null],
  [
    'another rate than here',
    judgeRate({ perSecond: 5, byWorkers: true }, [poller(0, 5)], 10),
    'warning',
    'PRISM_REQUESTS_PER_SECOND',
  ],
  ['workers at odds', judgeRate(null, [poller(0, 5), poller(0, 10)], 10), 'warning', 'every worker'],
  ['a rate beyond what the API allows', judgeRate(null, [poller(0, 50)], 50), 'warning', '10 or less'],
  ['a key that is taken', judgeKey({ kind: 'accepted' }, 'https://api.test'), 'ok', null],
  ['a key that was not tried', judgeKey({ kind: 'left_out' }, 'https://api.test'), 'ok', null],
  ['no key', judgeKey({ kind: 'no_key' }, 'https://api.test'), 'warning', 'MICRO_API_KEY'],
  [
    'a key that is refused',
    judgeKey({ kind: 'refused', status: 401, knownTeam: false }, 'https://api.test'),
    'problem',
    'MICRO_API_KEY',
  ],
  [
    'a team that is refused',
    judgeKey({ kind: 'refused', status: 403, knownTeam: true }, 'https://api.test'),
    'problem',
    'has the team',
  ],
  [
    'a made-up team that is refused',
    judgeKey({ kind: 'refused', status: 403, knownTeam: false }, 'https://api.test'),
    'warning',
    '--team',
  ],
  [
    'no answer',
    judgeKey({ kind: 'no_answer', message: 'refused' }, 'https://api.test'),
    'problem',
    'MICRO_BASE_URL',
  ],
  ['a clock that agrees', judgeClock('the API', -4000), 'ok', null],
  ['a clock that is behind', judgeClock('the API', -90_000), 'warning', 'NTP'],
  ['a clock that is not known', judgeClock('the API', null), 'ok', null],
  ['no storage', judgeStorage(null, false, null), 'warning', 'PRISM_STORAGE'],
  ['storage that works', judgeStorage('s3://bucket/x', false, null), 'ok', null],
  ['storage that fails', judgeStorage('s3://bucket/x', false, 'AccessDenied'), 'problem', 'remove objects'],
  ['no notice that failed', judgeNotices({ count: 0, command: 'temporal workflow list' }), 'ok', null],
  ['notices that failed', judgeNotices({ count: 2, command: 'temporal …' }), 'warning', 'temporal …'],
  [
    'notices that cannot be counted',
    judgeNotices({ count: null, why: 'not allowed', command: 'temporal …' }),
    'warning',
    'temporal …',
  ],
  ['imports that are well', judgeImports({ open: 3, trouble: trouble(0) }), 'ok', null],
  ['imports in trouble', judgeImports({ open: 3, trouble: trouble(2) }), 'problem', 'list --problem'],
  ['pipelines in trouble', judgePipelines({ open: 3, trouble: trouble(1) }), 'problem', 'list --pipelines'],
  ['trouble that cannot be counted', judgeImports({ unknown: 'not allowed' }), 'warning', 'list --problem'],
  ['requests that suffice', judgeRequests({ spent: 300, quota: 1000, nowMs }, 'host:1'), 'ok', null],
  [
    'a rate that is too high',
    judgeRequests({ spent: 790, quota: 900, nowMs }, 'host:1'),
    'warning',
    'budget',
  ],
  ['requests nearly spent', judgeRequests({ spent: 900, quota: 1000, nowMs }, 'host:1'), 'warning', 'budget'],
  ['requests of nobody', judgeRequests({ unknown: 'no worker' }, null), 'ok', null],
  ['an old Node', judgeNode('v20.18.1', '1.24.0'), 'problem', '20.19'],
  ['a new Node', judgeNode('v24.2.0', '1.24.0'), 'ok', null],
])('%s', (_, finding, level, fix) => {
  expect(finding.level).toBe(level);
  if (fix === null) expect(finding.fix).toBeNull();
  else expect(finding.fix).toContain(fix);
});

test.each([
  [
    judgeRequests({ spent: 470, quota: 1000, nowMs }, 'host:1').seen,
    "470 of 1,000 by the worker at host:1; 20 a day, 600 by the month's end",
  ],
  [judgeImports({ open: 3, trouble: trouble(2) }).seen, '2 of 3 open imports: 2 other'],
  [judgeClock('Temporal', 90_000).seen, "1 min 30 s ahead of this host's"],
  [judgeClock('Temporal', -90_000).seen, "1 min 30 s behind this host's"],
  [judgeStorage('file:/x', true, null).seen, 'only this host was checked'],
  [judgePollers(queue, [poller(2000)], nowMs).seen, 'q: 1@host 2 s ago (@temporalio/worker@1.24.0)'],
  [judgeNotices({ count: 1, command: '' }).seen, '1 notice to webhooks could not be delivered'],
  [judgeNotices({ count: null, why: 'not allowed', command: '' }).seen, 'could not be counted: not allowed'],
  [judgeRate({ perSecond: 10, byWorkers: true }, [], 10).seen, '10 requests/s for all workers together'],
])('what was seen is said: %s', (seen, text) => {
  expect(seen).toContain(text);
});

const dayMs = 86_400_000;
const nightly = { scheduleId: 'q-clean-storage', isPaused: false, madeAtMs: nowMs - 9 * dayMs };
const run = { workflowId: 'w', startedAtMs: nowMs - dayMs / 2, failure: null };

test.each([
  ['no Schedule where one is wanted', 'none' as const, 'warning', 'prism-imports setup'],
  ['one that nobody can look up', { unknown: 'no answer' }, 'warning', 'Schedules of the namespace'],
  [
    'a run that failed',
    { ...nightly, last: { ...run, end: 'failed' as const, failure: 'no storage' } },
    'warning',
    'temporal schedule trigger --address temporal.test:7233 --namespace imports --schedule-id q-clean-storage;',
  ],
  ['a run that could clean', { ...nightly, last: { ...run, end: 'done' as const } }, 'ok', null],
  ['a run that goes on', { ...nightly, last: { ...run, end: 'running' as const } }, 'ok', null],
  ['none yet, the first night', { ...nightly, madeAtMs: nowMs - dayMs / 2, last: null }, 'ok', null],
  ['none in nine nights', { ...nightly, last: null }, 'warning', 'temporal schedule describe'],
  [
    'none for nine nights',
    { ...nightly, last: { ...run, startedAtMs: nowMs - 9 * dayMs, end: 'forgotten' as const } },
    'warning',
    'temporal schedule describe',
  ],
  ['one that is paused', { ...nightly, isPaused: true, last: null }, 'warning', '--unpause'],
])('of the nightly cleaning, %s', (_, schedule, level, fix) => {
  const [found] = judgeCleaning(schedule, { at: place, isWanted: true, nowMs });
  expect(found).toMatchObject({ check: 'Cleaning', level });
  if (fix === null) expect(found?.fix).toBeNull();
  else expect(found?.fix).toContain(fix);
});

test('the cleaning is not spoken of where nobody wants it', () => {
  expect(judgeCleaning('none', { at: place, isWanted: false, nowMs })).toEqual([]);
});
