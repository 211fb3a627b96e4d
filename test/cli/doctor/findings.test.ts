import { judgeCleaning } from '../../../src/cli/doctor/judge-cleaning';
import { judgeClock, judgeKey, judgeNode, judgeStorage } from '../../../src/cli/doctor/judge-host';
import {
  judgeNamespace,
  judgeNotices,
  judgePollers,
  judgeVersions,
  judgeRate,
  judgeSearchAttributes,
  judgeServer,
} from '../../../src/cli/doctor/judge-server';
import { judgeImports, judgePipelines } from '../../../src/cli/doctor/judge-trouble';
import { judgePollsToCome, judgeRequests } from '../../../src/cli/doctor/judge-requests';
import type { WantedPolls } from '../../../src/cli/requests/requests-text';
import { problemCodes, type ProblemCode } from '../../../src/core/tracker/outcome';
import type { Poller } from '../../../src/temporal/server-facts';

const place = { address: 'temporal.test:7233', namespace: 'imports' };
const nowMs = Date.parse('2026-11-24T12:00:00Z');
const poller = (silenceMs: number, ratePerSecond: number | null = null): Poller => ({
  identity: '1@host',
  lastAccessMs: nowMs - silenceMs,
  sdk: '@temporalio/worker@1.24.0',
  version: null,
  ratePerSecond,
});
const version = { deploymentName: 'd', buildId: '2' };
const keeping = (retentionSeconds: number) => ({ retentionSeconds, isDeprecated: false });
const queue = { taskQueue: 'q', work: 'workflows' };
const trouble = (total: number) => ({
  total,
  byProblem: Object.fromEntries(problemCodes.map((code) => [code, 0])) as Record<ProblemCode, number>,
});
const monthBegan = Date.parse('2026-11-01T00:00:00Z');
const spent = (count: number, quota = 1000, sinceMs: number | null = 0) => ({
  ...{ spent: count, quota, sinceMs, nowMs, address: 'host:1' },
});
const nobody = { unknown: 'no worker', address: null };
/** What 20 open imports want, this month and in all. */
const wanted = (last: number, withProgress: number, withoutProgress: number, later = 0): WantedPolls => {
  const thisMonth = { last, withProgress, withoutProgress };
  const inAll = {
    ...{ last: last + later, withProgress: withProgress + later },
    withoutProgress: withoutProgress + later,
  };
  return { imports: 20, made: 0, inAll, thisMonth, inTrouble: { imports: 0, polls: 0 }, more: false };
};
const toCome = (what: WantedPolls, count: number) =>
  judgePollsToCome(what, { spent: spent(count), requestsPerMonth: 1000 });
const attribute = { name: 'PrismTeamId', expected: 'Keyword' };

test.each([
  ['a server that is too old', judgeServer('1.26.2', place), 'warning', '1.27 or later'],
  ['a server without priorities', judgeServer('1.29.1', place), 'ok', null],
  ['a server with priorities', judgeServer('1.31.2', place), 'ok', null],
  ['a server whose version is a word', judgeServer('unstable', place), 'ok', null],
  [
    'short retention',
    judgeNamespace(keeping(86_400), place),
    'warning',
    '--namespace imports --retention 8d',
  ],
  ['long retention', judgeNamespace(keeping(8 * 86_400), place), 'ok', null],
  [
    'a namespace that takes no work',
    judgeNamespace({ retentionSeconds: 0, isDeprecated: true }, place),
    'problem',
    'TEMPORAL_NAMESPACE',
  ],
  ['retention that is not told', judgeNamespace(keeping(0), place), 'ok', null],
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
    'owns the team',
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
  ['requests that suffice', judgeRequests(spent(300)), 'ok', null],
  ['a rate that is too high', judgeRequests(spent(790, 900)), 'warning', 'budget'],
  ['requests nearly spent', judgeRequests(spent(900)), 'warning', 'budget'],
  [
    'a worker that was restarted, at a rate that is too high since',
    judgeRequests(spent(300, 1000, nowMs - 2 * 86_400_000)),
    'warning',
    'budget',
  ],
  [
    'a worker that started an hour ago forecasts nothing',
    judgeRequests(spent(20, 1000, nowMs - 3_600_000)),
    'ok',
    null,
  ],
  ['requests since nobody knows when', judgeRequests(spent(300, 1000, null)), 'ok', null],
  ['requests of nobody', judgeRequests(nobody), 'ok', null],
  ['polls to come that the month carries', toCome(wanted(60, 100, 2000), 800), 'ok', null],
  ['polls to come that it does not carry', toCome(wanted(60, 250, 2000), 800), 'warning', 'runbook'],
  ['last polls that it does not carry', toCome(wanted(60, 60, 2000), 941), 'problem', 'runbook'],
  ['last polls that come in the next month', toCome(wanted(20, 20, 200, 40), 970), 'ok', null],
  [
    'last polls that no month carries',
    judgePollsToCome(wanted(60, 60, 60), { spent: nobody, requestsPerMonth: 50 }),
    'problem',
    'runbook',
  ],
  ['polls to come that nobody can count', toCome({ unknown: 'not allowed' }, 0), 'warning', 'list'],
  ['an old Node', judgeNode('v20.18.1', '1.24.0'), 'problem', '20.19'],
  ['a new Node', judgeNode('v24.2.0', '1.24.0'), 'ok', null],
])('%s', (_, finding, level, fix) => {
  expect(finding.level).toBe(level);
  if (fix === null) expect(finding.fix).toBeNull();
  else expect(finding.fix).toContain(fix);
});

test.each([
  [
    judgeRequests(spent(470)).seen,
    "470 of 1,000 by the worker at host:1 since 2026-11-01; 20 a day, 600 by the month's end",
  ],
  [
    judgeRequests(spent(40, 1000, nowMs - 2 * 86_400_000)).seen,
    "40 of 1,000 by the worker at host:1 since its start, 2026-11-22 12:00:00 UTC; 20 a day, 170 by the month's end",
  ],
  [judgeRequests(spent(9, 1000, monthBegan - 9)).seen, 'since 2026-11-01;'],
  [
    judgeRequests(spent(40, 1000, null)).seen,
    '40 of 1,000 by the worker at host:1 since the month began or since it started (the worker does not report which)',
  ],
  [
    toCome(wanted(20, 30, 2000, 40), 900).seen,
    '20 open imports need about 70 if they report progress, up to 2,040 if not, ' +
      'including 60 reserved as a last chance to save their results; ' +
      'this month about 30 to 2,000, including 20 reserved; at most 100 are left',
  ],
  [
    toCome(wanted(60, 60, 60), 990).seen,
    'need 60, all reserved as a last chance to save their results; this month all of them; ' +
      'at most 10 are left, fewer than the 60 reserved polls: results will be lost',
  ],
  [judgeImports({ open: 3, trouble: trouble(2) }).seen, '2 of 3 open imports: 2 other'],
  [judgeClock('Temporal', 90_000).seen, "1 min 30 s ahead of this host's"],
  [judgeClock('Temporal', -90_000).seen, "1 min 30 s behind this host's"],
  [judgeStorage('file:/x', true, null).seen, 'only this host was checked'],
  [
    judgePollers(queue, [poller(200_000), poller(2000)], nowMs).seen,
    'q: 1@host 2 s ago (@temporalio/worker@1.24.0); gone in the last minutes: 1 worker',
  ],
  [judgePollers(queue, [poller(2000)], nowMs).seen, 'q: 1@host 2 s ago (@temporalio/worker@1.24.0)'],
  [judgeNotices({ count: 1, command: '' }).seen, '1 notice to webhooks could not be delivered'],
  [
    judgeNotices({ count: null, why: 'not allowed', command: '' }).seen,
    'could not count undelivered notices to webhooks: not allowed',
  ],
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

test.each([
  ['versions, none of them current', [version], null, 'problem', '--deployment-name d --build-id 2'],
  ['workers without a version, and one current', [null], version, 'problem', '--unversioned'],
  [
    'another version than the current one',
    [{ ...version, buildId: '1' }],
    version,
    'problem',
    '--build-id 1',
  ],
  ['the current version among others', [null, version], version, 'ok', null],
  ['workers without a version beside one that is not current', [null, version], null, 'ok', null],
])('of workers that ask for workflows, %s', (_, versions, current, level, fix) => {
  const pollers = versions.map((asked) => ({ ...poller(0), version: asked }));
  const [found] = judgeVersions(pollers, { currentVersion: current, rampingVersion: null }, place);
  expect(found).toMatchObject({ check: 'Worker Versioning', level });
  if (fix === null) expect(found?.fix).toBeNull();
  else expect(found?.fix).toContain(fix);
});

test('Worker Versioning is not spoken of where nobody uses it', () => {
  const none = { currentVersion: null, rampingVersion: null };
  expect(judgeVersions([poller(0)], none, place)).toEqual([]);
  expect(judgeVersions([], { ...none, currentVersion: version }, place)).toEqual([]);
});

test('workers of a version that is ramping are given workflows, whatever is current', () => {
  const facts = { currentVersion: null, rampingVersion: version };
  const [found] = judgeVersions([{ ...poller(0), version }], facts, place);
  expect(found).toMatchObject({ check: 'Worker Versioning', level: 'ok' });
});

test('the cleaning is not spoken of where nobody wants it', () => {
  for (const schedule of ['none', { unknown: 'permission denied' }] as const)
    expect(judgeCleaning(schedule, { at: place, isWanted: false, nowMs })).toEqual([]);
});
