import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { timeSkippingFlags } from '../../src/dev/time-skipping';
import { listImports } from '../../src/temporal/listing/list-imports';
import { setPollingUpdate, statusQuery } from '../../src/workflows/messages';
import type { TimeOptions } from '../support/kept-time';
import { organizations, smallBatches, startPipelineRig } from '../support/pipeline-rig';
import { startDevServer } from '../support/temporal';
import { pollTimes, startTrackerRig, teamId, type TrackerRig } from '../support/tracker-rig';
import { until } from '../support/until';
import { newerTemporalCli } from './support/newer-temporal-cli';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Few polls, so that a week takes seconds. */
const polling = { maximumInterval: '12h' };

let env: TestWorkflowEnvironment;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  env = await startDevServer({ executable: await newerTemporalCli(), extraArgs: [...timeSkippingFlags] });
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

afterAll(() => env?.teardown());

async function startRig(options: TimeOptions = {}): Promise<TrackerRig> {
  const rig = await startTrackerRig(env, { skipsTime: true, ...options });
  closers.push(() => rig.close());
  return rig;
}

/** Makes up a job that begins now, or then by the API's clock, and is kept for a week. */
const job = (rig: TrackerRig, jobId: string, duration: number, beganAt = Date.now()) =>
  rig.emulator.controller.createJob({ teamId, jobId, total: 200, duration, created_at: beganAt });

const listed = async (statuses: ('processing' | 'complete')[], jobId: string) => {
  const filter = { teamId, statuses, startedBefore: null, startedAfter: null };
  return (await listImports(env.client, 'trackImport', filter, 100)).rows.filter(
    (row) => row.jobId === jobId,
  );
};

test('a week is followed to its end, listed on the way, and continued as new', async () => {
  const [rig, since] = [await startRig(), Date.now()];
  await job(rig, 'slow', 6.5 * day);
  const tracker = await rig.track({ jobId: 'slow' });
  await until(async () => (await listed(['processing'], 'slow')).length === 1);
  const outcome = await tracker.result();
  expect(outcome).toMatchObject({ status: 'complete', tracking: { undelivered: [] } });
  expect(Date.parse(outcome.tracking.endedAt) - since).toBeGreaterThan(6.5 * day);

  const times = pollTimes(rig, 'slow', since);
  expect(times).toHaveLength(outcome.tracking.polls);
  expect(times.at(-1)! - 6.5 * day).toBeLessThan(2 * hour);
  const { runId, searchAttributes } = await env.client.workflow.getHandle(tracker.workflowId).describe();
  expect(runId).not.toBe(tracker.firstExecutionRunId);
  expect(searchAttributes).toMatchObject({ PrismImportStatus: ['complete'] });
  await until(async () => (await listed(['complete'], 'slow')).length === 1);
});

test('setPolling is in force in the middle of a week', async () => {
  const [rig, since] = [await startRig(), Date.now()];
  await job(rig, 'reset', 5 * day);
  const tracker = await rig.track({ jobId: 'reset' });
  await until(async () => (await tracker.query(statusQuery)).polls > 30);
  const steady = { initialInterval: '5h', maximumInterval: '5h', jitter: 0, adaptive: false };
  await tracker.executeUpdate(setPollingUpdate, { args: [steady] });
  await tracker.result();
  const times = pollTimes(rig, 'reset', since);
  const waits = times.slice(1).map((at, index) => at - times[index]!);
  for (const wait of waits.slice(-4)) expect(Math.abs(wait - 5 * hour)).toBeLessThan(minute);
});

test('the poll that rescues has priority', async () => {
  const rig = await startRig();
  await job(rig, 'rescued', 7 * day - 20 * minute);
  const tracker = await rig.track({ jobId: 'rescued', polling: { ...polling, adaptive: false } });
  expect(await tracker.result()).toMatchObject({ status: 'complete' });
  const { events } = await env.client.workflow.getHandle(tracker.workflowId).fetchHistory();
  const keys = (events ?? [])
    .flatMap((event) => event.activityTaskScheduledEventAttributes ?? [])
    .map(({ priority }) => priority?.priorityKey ?? 0);
  expect([keys.at(0), keys.at(-1)]).toEqual([0, 1]);
});

test.each<{ title: string; duration: number; from: number; to: number; expected: object }>([
  {
    title: 'an hour, until half an hour before the end of retention',
    duration: 6 * day + 23 * hour,
    from: 7 * day - 1.5 * hour,
    to: 7 * day - 0.5 * hour,
    expected: { status: 'complete' },
  },
  {
    title: 'an hour and more, over the rescue and the end of retention',
    duration: 6 * day + 23 * hour,
    from: 7 * day - 1.5 * hour,
    to: 7 * day + hour,
    expected: { status: 'expired', evidence: 'retention_over', lastSeen: { status: 'processing' } },
  },
  {
    title: 'a day, until five minutes before the end of retention',
    duration: 6.5 * day,
    from: 6 * day - 5 * minute,
    to: 7 * day - 5 * minute,
    expected: { status: 'complete' },
  },
  {
    title: 'a week, over the end of retention of an import that goes on',
    duration: 9 * day,
    from: 12 * hour,
    to: 7.5 * day,
    expected: { status: 'expired', evidence: 'retention_over', lastSeen: { status: 'processing' } },
  },
  {
    title: 'a week, until a day and more after the end of retention',
    duration: 20 * day,
    from: 2 * day,
    to: 9 * day,
    expected: { status: 'lost', problem: { code: 'unavailable' }, lastSeen: { status: 'processing' } },
  },
])('what becomes of an import when the API is down $title', async ({ duration, from, to, expected }) => {
  const [rig, since] = [await startRig(), Date.now()];
  await job(rig, 'unlucky', duration, since);
  const window = { from: since + from, until: since + to };
  rig.emulator.controller.addRule({ ...window, respond: { status: 503 } });
  expect(await (await rig.track({ jobId: 'unlucky', polling })).result()).toMatchObject(expected);
  // Two hundred and more in the day after retention, three a poll; and no burst when the job has gone.
  expect(pollTimes(rig, 'unlucky', since).length).toBeLessThan(700);
  expect(pollTimes(rig, 'unlucky', since).filter((at) => at > to).length).toBeLessThan(12);
});

const tenMinutesADay = (ms: number) => ((ms - startedMs) * 10) / (24 * 60);
const startedMs = Date.now();

test.each([
  { title: 'a day ahead', clockOfApi: (ms: number) => ms + day },
  { title: 'a day behind', clockOfApi: (ms: number) => ms - day },
  { title: 'ten minutes a day fast', clockOfApi: (ms: number) => ms + tenMinutesADay(ms) },
  { title: 'ten minutes a day slow', clockOfApi: (ms: number) => ms - tenMinutesADay(ms) },
])('an import is rescued from an API whose clock is $title', async ({ clockOfApi }) => {
  const rig = await startRig({ clockOfApi });
  const since = clockOfApi(Date.now());
  await job(rig, 'skewed', 7 * day - 20 * minute, since);
  // Two hours between polls, as usual: in twelve such a clock drifts further than is believed at once.
  const outcome = await (await rig.track({ jobId: 'skewed' })).result();
  expect(outcome).toMatchObject({ status: 'complete' });
  expect(pollTimes(rig, 'skewed', since).at(-1)).toBeLessThan(7 * day);
});

test('a pipeline whose imports take days each is through in seconds, and every row told', async () => {
  const rig = await startPipelineRig(env, {
    skipsTime: true,
    emulator: { ...smallBatches.emulator, job: { duration: '2d' } },
  });
  closers.push(() => rig.close());
  const handle = await rig.start(organizations(30), { batchSize: 10, polling });
  const report = await handle.result();
  expect(report).toMatchObject({ totals: { rows: 30, created: 30 } });
  expect(rig.emulator.controller.requests({ did: 'launched' })).toHaveLength(3);
});
