import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { rescueLeadMs } from '../../src/core/tracker/schedule';
import type { TrackingState } from '../../src/core/tracker/status';
import { pollNowSignal, setPollingSignal, setPollingUpdate, statusQuery } from '../../src/workflows/messages';
import { startTimeSkipping } from '../support/temporal';
import {
  historyLength,
  pollTimes,
  startTrackerRig,
  teamId,
  type TrackerHandle,
  type TrackerRig,
} from '../support/tracker-rig';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

let env: TestWorkflowEnvironment;
let rig: TrackerRig;

beforeAll(async () => {
  env = await startTimeSkipping();
  rig = await startTrackerRig(env);
});

afterAll(async () => {
  await rig?.close();
  await env?.teardown();
});

const path = (jobId: string) => new RegExp(`/imports/${jobId}$`);

/**
 * How long the API keeps the jobs of the tests about the end of retention: seven days take a tracker 130 polls to see.
 */
const keptMs = 6 * hour;

/** Makes up a job that is at work for a while, and says when that began. */
async function job(script: { jobId: string; duration?: number; [field: string]: unknown }): Promise<number> {
  await rig.emulator.controller.createJob({ teamId, duration: 30 * second, total: 200, ...script });
  return env.currentTimeMs();
}

/** The same, kept for less than seven days. */
async function shortLivedJob(jobId: string, durationMs: number): Promise<number> {
  return job({
    jobId,
    duration: durationMs,
    expires_at: new Date((await env.currentTimeMs()) + keptMs).toISOString(),
  });
}

/** Looks once a second until the tracker is in the state that is waited for. */
async function stateWhen(
  handle: TrackerHandle,
  isThere: (state: TrackingState) => boolean,
): Promise<TrackingState> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const state = await handle.query(statusQuery);
    if (isThere(state)) return state;
    await env.sleep(second);
  }
  throw new Error('the tracker did not come to the state that was waited for');
}

async function failureOf(result: Promise<unknown>): Promise<unknown> {
  const error: unknown = await result.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof WorkflowFailedError ? error.cause : error;
}

describe('how a tracking ends', () => {
  test('complete, with the job as sent and its results inline', async () => {
    await job({ jobId: 'complete', extra_field: { kept: true } });
    const outcome = await (await rig.track({ jobId: 'complete' })).result();
    expect(outcome).toMatchObject({
      status: 'complete',
      teamId,
      jobId: 'complete',
      job: {
        job_id: 'complete',
        status: 'complete',
        total: 200,
        succeeded: 200,
        extra_field: { kept: true },
      },
      resultsRef: null,
      resultsOmitted: false,
      tracking: { undelivered: [] },
    });
    expect(outcome.status === 'complete' && outcome.job.results).toHaveLength(200);
    expect(outcome.tracking.polls).toBeLessThan(14);
  });

  test('failed, with the error of the job', async () => {
    await job({
      jobId: 'failed',
      status: 'failed',
      error: { code: 'import_failed', message: 'the import broke' },
    });
    const outcome = await (await rig.track({ jobId: 'failed' })).result();
    expect(outcome).toMatchObject({ status: 'failed', job: { error: { code: 'import_failed' } } });
  });

  test('expired at the first 404 when the job was never seen and is not new', async () => {
    const outcome = await (await rig.track({ jobId: 'no-such-job' })).result();
    expect(outcome).toMatchObject({ status: 'expired', evidence: 'never_seen', lastSeen: null });
    expect(outcome.status === 'expired' && outcome.message).toContain('Check the team id and the job id');
  });

  test('a 404 right after submission only means not visible yet', async () => {
    const rule = rig.emulator.controller.addRule({
      path: path('fresh'),
      times: 3,
      respond: { status: 404 },
    });
    await job({ jobId: 'fresh' });
    expect(await (await rig.track({ jobId: 'fresh' })).result()).toMatchObject({ status: 'complete' });
    rule.remove();
  });

  test('expired early only after two more polls over a minute', async () => {
    const since = await job({ jobId: 'vanishing', duration: hour });
    const handle = await rig.track({ jobId: 'vanishing' });
    await env.sleep(10 * minute);
    rig.emulator.controller.deleteJob('vanishing');
    expect(await handle.result()).toMatchObject({
      status: 'expired',
      evidence: 'vanished_early',
      lastSeen: { job_id: 'vanishing', status: 'processing' },
    });
    const [first, , third] = pollTimes(rig, 'vanishing', since).slice(-3);
    expect(third! - first!).toBeGreaterThanOrEqual(minute);
  });

  test('a job that vanishes and comes back is followed on', async () => {
    await job({ jobId: 'blinking', duration: 20 * minute });
    const handle = await rig.track({ jobId: 'blinking' });
    await env.sleep(5 * minute);
    rig.emulator.controller.addRule({ path: path('blinking'), times: 2, respond: { status: 404 } });
    expect(await handle.result()).toMatchObject({ status: 'complete' });
  });

  test('expired with retention over when the last poll finds a 404', async () => {
    const since = await shortLivedJob('slow', 24 * hour);
    const handle = await rig.track({ jobId: 'slow' });
    await env.sleep(keptMs - minute);
    rig.emulator.controller.deleteJob('slow');
    expect(await handle.result()).toMatchObject({
      status: 'expired',
      evidence: 'retention_over',
      lastSeen: { job_id: 'slow' },
    });
    const times = pollTimes(rig, 'slow', since);
    expect(times.at(-1)).toBeGreaterThanOrEqual(keptMs);
    expect(times.some((at) => Math.abs(at - (keptMs - rescueLeadMs)) < minute)).toBe(true);
  });

  test('followed on when retention is over and the job still shown, at most daily', async () => {
    const since = await shortLivedJob('endless', 100 * hour);
    const outcome = await (await rig.track({ jobId: 'endless' })).result();
    expect(outcome).toMatchObject({ status: 'expired', evidence: 'retention_over' });
    const late = pollTimes(rig, 'endless', since).filter((at) => at > keptMs + minute);
    expect(late.filter((at) => at < 99 * hour).length).toBeLessThanOrEqual(4);
    expect(late.at(-1)).toBeGreaterThan(100 * hour);
    // Gone at the last of them, which is confirmed, and not by a hundred others.
    expect(late.length).toBeLessThanOrEqual(8);
  });

  test('asked on for a day after retention while the API cannot be asked, and then lost', async () => {
    const since = await shortLivedJob('unreachable', 100 * hour);
    const handle = await rig.track({ jobId: 'unreachable' });
    await env.sleep(keptMs - hour);
    const rule = rig.emulator.controller.addRule({ path: path('unreachable'), respond: { status: 429 } });
    expect(await handle.result()).toMatchObject({
      status: 'lost',
      lastSeen: { status: 'processing' },
      problem: { code: 'rate_limited' },
    });
    rule.remove();
    // The poll just after retention may come late on a busy machine.
    const late = pollTimes(rig, 'unreachable', since).filter((at) => at > keptMs + 5 * minute);
    expect(late.at(-1)).toBeGreaterThanOrEqual(keptMs + 24 * hour);
    expect(late.at(-1)).toBeLessThan(keptMs + 25 * hour);
    expect(late.length).toBeGreaterThan(10);
    late
      .slice(1)
      .forEach((at, index) => expect(at - late[index]!).toBeGreaterThanOrEqual(5 * minute - second));
  });

  test('an outage over the end of retention loses nothing that the API still has', async () => {
    await shortLivedJob('overslept', 10 * hour);
    const handle = await rig.track({ jobId: 'overslept' });
    await env.sleep(keptMs - hour);
    const rule = rig.emulator.controller.addRule({ path: path('overslept'), respond: { status: 503 } });
    await env.sleep(12 * hour);
    rule.remove();
    const ended = { job_id: 'overslept', status: 'complete', total: 0, results: [] };
    rig.emulator.controller.addRule({ path: path('overslept'), respond: { status: 200, body: ended } });
    expect(await handle.result()).toMatchObject({ status: 'complete' });
  });

  test.each([
    { say: 'once', times: 1 },
    { say: 'every time', times: 1000 },
  ])('complete, though $say the API said that it was a year later', async ({ say, times }) => {
    const jobId = `misdated-${say.replace(' ', '-')}`;
    const since = await job({ jobId, duration: 2 * hour });
    const handle = await rig.track({ jobId });
    await env.sleep(minute);
    const later = new Date((await env.currentTimeMs()) + 365 * 24 * hour).toUTCString();
    rig.emulator.controller.addRule({
      path: path(jobId),
      times,
      respond: ({ proceed }) => {
        const answer = proceed();
        return { ...answer, headers: { ...answer.headers, date: later } };
      },
    });
    await env.sleep(30 * minute);
    rig.emulator.controller.addRule({
      path: path(jobId),
      times: 1,
      respond: { status: 404, headers: { date: later } },
    });
    expect(await handle.result()).toMatchObject({ status: 'complete' });
    expect(pollTimes(rig, jobId, since).at(-1)).toBeLessThan(3 * hour);
  });

  test('timed out when waitTimeout passes, with a last poll at that moment', async () => {
    const since = await job({ jobId: 'impatient', duration: 5 * hour });
    const outcome = await (await rig.track({ jobId: 'impatient', waitTimeout: '1h' })).result();
    expect(outcome).toMatchObject({ status: 'timed_out', lastSeen: { status: 'processing' }, problem: null });
    const last = pollTimes(rig, 'impatient', since).at(-1)!;
    expect(Math.abs(last - hour)).toBeLessThan(5 * second);
  });
});

describe('problems on the way', () => {
  test.each([
    { name: 'rate_limited', respond: { status: 429, headers: { 'Retry-After': '900' } }, wait: 15 * minute },
    { name: 'unavailable', respond: { status: 503, headers: { 'Retry-After': '600' } }, wait: 10 * minute },
    { name: 'malformed', respond: { status: 200, body: 'not JSON' }, wait: 0 },
    { name: 'key_refused', respond: { status: 403, body: { message: 'Forbidden' } }, wait: 15 * second },
    { name: 'invalid_request', respond: { status: 400 }, wait: 15 * second },
  ])('$name after a good answer is noted and waited out', async ({ name, respond, wait }) => {
    const jobId = `problem-${name}`;
    const since = await job({ jobId, duration: hour });
    const handle = await rig.track({ jobId });
    await env.sleep(30 * second);
    const rule = rig.emulator.controller.addRule({ path: path(jobId), respond });
    const state = await stateWhen(
      handle,
      ({ phase, problem }) => phase === 'waiting' && problem?.code === name,
    );
    expect(state.job).toMatchObject({ status: 'processing' });
    expect(Date.parse(state.nextPollAt!) - Date.parse(state.lastPollAt!)).toBeGreaterThanOrEqual(wait);
    rule.remove();
    expect(await handle.result()).toMatchObject({ status: 'complete' });
    expect(pollTimes(rig, jobId, since).length).toBeLessThan(60);
  });

  test.each([
    { status: 401, type: 'PrismUnauthorized' },
    { status: 403, type: 'PrismForbidden' },
    { status: 400, type: 'PrismInvalidRequest' },
  ])('HTTP $status before any good answer fails the workflow with $type', async ({ status, type }) => {
    const jobId = `refused-${status}`;
    await job({ jobId });
    rig.emulator.controller.addRule({ path: path(jobId), respond: { status, body: { message: 'no' } } });
    const failure = await failureOf((await rig.track({ jobId })).result());
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ type, nonRetryable: true });
  });

  test('an outage before the first answer does not end the tracking', async () => {
    const rule = rig.emulator.controller.addRule({ path: path('outage'), respond: 'reset-before' });
    await job({ jobId: 'outage', duration: 10 * minute });
    const handle = await rig.track({ jobId: 'outage' });
    const state = await stateWhen(handle, ({ problem }) => problem?.code === 'unavailable');
    expect(state.job).toBeNull();
    rule.remove();
    expect(await handle.result()).toMatchObject({ status: 'complete' });
  });

  test('an unknown status is reported and polled on', async () => {
    await job({ jobId: 'strange', status: 'queued' });
    const handle = await rig.track({ jobId: 'strange' });
    const state = await stateWhen(handle, ({ problem }) => problem?.code === 'unknown_status');
    expect(state.job).toMatchObject({ status: 'queued' });
    await rig.emulator.controller.setJob('strange', { status: 'complete' });
    expect(await handle.result()).toMatchObject({ status: 'complete' });
  });

  test('a rescue that fails is made again within minutes, and saves the result', async () => {
    const since = await shortLivedJob('rescued', 5 * hour);
    const handle = await rig.track({ jobId: 'rescued' });
    await env.sleep(keptMs - 90 * minute);
    const rule = rig.emulator.controller.addRule({
      path: path('rescued'),
      respond: { status: 503, headers: { 'Retry-After': '7200' } },
    });
    await env.sleep(85 * minute);
    rule.remove();
    expect(await handle.result()).toMatchObject({ status: 'complete' });
    const last = pollTimes(rig, 'rescued', since).at(-1)!;
    expect(last).toBeGreaterThan(keptMs - 6 * minute);
    expect(last).toBeLessThan(keptMs);
  });

  test('lost with the problem when not even the last poll succeeds', async () => {
    await shortLivedJob('lost', 5 * hour);
    const handle = await rig.track({ jobId: 'lost' });
    await env.sleep(keptMs - 2 * hour);
    const rule = rig.emulator.controller.addRule({ path: path('lost'), respond: { status: 500 } });
    const outcome = await handle.result();
    rule.remove();
    expect(outcome).toMatchObject({
      status: 'lost',
      lastSeen: { status: 'processing' },
      problem: { code: 'unavailable' },
    });
  });
});

describe('messages', () => {
  test('a burst of pollNow is one poll, at once', async () => {
    const since = await job({ jobId: 'asked', duration: 10 * hour });
    const handle = await rig.track({ jobId: 'asked' });
    await env.sleep(2 * hour);
    const before = pollTimes(rig, 'asked', since).length;
    await Promise.all(Array.from({ length: 20 }, () => handle.signal(pollNowSignal)));
    await env.sleep(second);
    const polls = pollTimes(rig, 'asked', since).length - before;
    expect(polls).toBeGreaterThanOrEqual(1);
    expect(polls).toBeLessThan(5);
    await rig.emulator.controller.setJob('asked', { status: 'complete' });
    await handle.signal(pollNowSignal);
    expect(await handle.result()).toMatchObject({ status: 'complete' });
  });

  test('who asks again and again gets a poll every 5 s, and the last wish is not lost', async () => {
    const since = await job({ jobId: 'harried', duration: 10 * hour });
    const handle = await rig.track({ jobId: 'harried' });
    await env.sleep(2 * hour);
    const before = pollTimes(rig, 'harried', since).length;
    for (let asked = 0; asked < 40; asked++) {
      await handle.signal(pollNowSignal);
      await env.sleep(second / 2);
    }
    const polls = pollTimes(rig, 'harried', since).slice(before);
    expect(polls.length).toBeGreaterThanOrEqual(3);
    expect(polls.length).toBeLessThanOrEqual(6);
    for (const [index, at] of polls.entries())
      if (index > 0) expect(at - polls[index - 1]!).toBeGreaterThanOrEqual(5 * second - 100);
    await rig.emulator.controller.setJob('harried', { status: 'complete' });
    await handle.signal(pollNowSignal);
    expect(await handle.result()).toMatchObject({ status: 'complete' });
    expect(pollTimes(rig, 'harried', since).at(-1)! - polls.at(-1)!).toBeLessThan(minute);
  });

  test('pollNow during a request is not lost', async () => {
    let arrived = () => undefined as void;
    const request = new Promise<void>((resolve) => (arrived = resolve));
    let answer = () => undefined as void;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const since = await job({ jobId: 'busy', duration: 10 * hour });
    rig.emulator.controller.addRule({
      path: path('busy'),
      times: 1,
      respond: async ({ proceed }) => {
        const stillProcessing = proceed();
        arrived();
        await answered;
        return stillProcessing;
      },
    });
    const handle = await rig.track({ jobId: 'busy', polling: { initialInterval: '1h' } });
    void env.sleep(hour);
    await request;
    await handle.signal(pollNowSignal);
    await rig.emulator.controller.setJob('busy', { status: 'complete' });
    answer();
    expect(await handle.result()).toMatchObject({ status: 'complete', tracking: { polls: 2 } });
    const times = pollTimes(rig, 'busy', since);
    expect(times[1]! - times[0]!).toBeLessThan(minute);
  });

  test('setPolling is in force at once', async () => {
    await job({ jobId: 'retuned', duration: 3 * hour });
    const handle = await rig.track({
      jobId: 'retuned',
      polling: { initialInterval: '1h', maximumInterval: '2h' },
    });
    const state = await handle.executeUpdate(setPollingUpdate, {
      args: [{ initialInterval: '5s', jitter: 0 }],
    });
    expect(Date.parse(state.nextPollAt!)).toBeLessThan((await env.currentTimeMs()) + minute);
    expect((await handle.result()).tracking.polls).toBeGreaterThan(4);
  });

  test('setPolling changes what it names, also as a signal', async () => {
    await job({ jobId: 'requoted', duration: 3 * hour });
    const polling = { initialInterval: '30m', maximumPolls: 60, jitter: 0 };
    const handle = await rig.track({ jobId: 'requoted', polling });
    await env.sleep(31 * minute);
    await stateWhen(handle, ({ polls, phase }) => polls === 1 && phase === 'waiting');
    const state = await handle.executeUpdate(setPollingUpdate, {
      args: [{ backoffCoefficient: 1.1, adaptive: null, jitter: 'default' }],
    });
    const waitMs = Date.parse(state.nextPollAt!) - Date.parse(state.lastPollAt!);
    expect(waitMs).toBeGreaterThanOrEqual(30 * minute);
    const refused = handle.executeUpdate(setPollingUpdate, { args: [{ maximumInterval: '5m' }] });
    await expect(refused).rejects.toMatchObject({
      cause: { message: expect.stringContaining('maximumInterval: saw 5 min, expected at least') as string },
    });
    await handle.signal(setPollingSignal, { maximumInterval: 'often' });
    await handle.signal(setPollingSignal, { initialInterval: 'default' });
    const soon = (now: TrackingState) =>
      Date.parse(now.nextPollAt!) - Date.parse(now.lastPollAt!) < 20 * minute;
    expect((await stateWhen(handle, soon)).polls).toBeLessThan(4);
    // maximumPolls still holds.
    expect((await handle.result()).tracking.polls).toBeLessThanOrEqual(60);
  });

  test('a key refused on a job already seen is asked soon, then ever later', async () => {
    const since = await job({ jobId: 'hiccup', duration: 40 * minute });
    const handle = await rig.track({ jobId: 'hiccup' });
    await stateWhen(handle, ({ polls }) => polls > 0);
    const rule = rig.emulator.controller.addRule({ path: path('hiccup'), respond: { status: 403 } });
    await handle.signal(pollNowSignal);
    await stateWhen(handle, ({ problem }) => problem !== null);
    const first = pollTimes(rig, 'hiccup', since).at(-1)!;
    await env.sleep(16 * minute);
    rule.remove();
    const after = pollTimes(rig, 'hiccup', since)
      .filter((at) => at >= first)
      .map((at) => Math.round((at - first) / second));
    const expected = [0, 15, 30, 60, 120, 240, 480, 780];
    expected.forEach((at, index) => expect(Math.abs(after[index]! - at)).toBeLessThan(5 + at / 10));
    expect(await handle.result()).toMatchObject({ status: 'complete' });
  });

  test('setPolling refuses a policy that makes no sense, and the tracker goes on', async () => {
    await job({ jobId: 'untouched' });
    const handle = await rig.track({ jobId: 'untouched' });
    const refused = handle.executeUpdate(setPollingUpdate, { args: [{ initialInterval: 'often' }] });
    await expect(refused).rejects.toMatchObject({
      cause: {
        type: 'InvalidInput',
        message: expect.stringContaining('initialInterval: saw "often"') as string,
      },
    });
    expect(await handle.result()).toMatchObject({ status: 'complete' });
  });

  test('signals that make no sense are ignored', async () => {
    await job({ jobId: 'confused' });
    const handle = await rig.track({ jobId: 'confused' });
    await handle.signal('subscribe');
    await handle.signal('subscribe', { workflowId: 12 });
    await handle.signal('subscribe', 'me');
    await handle.signal('pollNow', { what: 'ever' });
    await handle.signal('nonsense');
    expect(await handle.result()).toMatchObject({ status: 'complete', tracking: { undelivered: [] } });
  });

  test('the query answers after the end too', async () => {
    await job({ jobId: 'over' });
    const handle = await rig.track({ jobId: 'over' });
    await handle.result();
    expect(await handle.query(statusQuery)).toMatchObject({
      phase: 'done',
      nextPollAt: null,
      progress: { processed: 200, total: 200, fraction: 1 },
      job: { status: 'complete' },
    });
  });

  test('a budget of polls is kept', async () => {
    const since = await shortLivedJob('frugal', 100 * 24 * hour);
    const handle = await rig.track({ jobId: 'frugal', polling: { maximumPolls: 20 } });
    for (let i = 0; i < 30; i++) await handle.signal(pollNowSignal);
    expect(await handle.result()).toMatchObject({ status: 'timed_out' });
    expect(pollTimes(rig, 'frugal', since).length).toBeLessThanOrEqual(20);
  });
});

describe('results', () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ input_index: i, id: `row-${i}`, created: true }));

  test('stored on request, as NDJSON in the order of the API', async () => {
    await job({ jobId: 'kept', results: rows(150) });
    const outcome = await (await rig.track({ jobId: 'kept', results: 'stored' })).result();
    if (outcome.status !== 'complete' || outcome.resultsRef === null) throw new Error('not stored');
    expect(outcome.job).not.toHaveProperty('results');
    expect(outcome.resultsRef).toMatchObject({ rows: 150 });
    const chunks: Uint8Array[] = [];
    for await (const chunk of await rig.store.read(outcome.resultsRef.uri)) chunks.push(chunk);
    const lines = Buffer.concat(chunks).toString('utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(rows(150));
  });

  test('stored by itself when larger than 256 KiB', async () => {
    await job({ jobId: 'large', results: rows(10_000) });
    const outcome = await (await rig.track({ jobId: 'large' })).result();
    expect(outcome).toMatchObject({
      status: 'complete',
      resultsRef: { rows: 10_000 },
      resultsOmitted: false,
    });
  });

  test('of failed rows alone on request, with all of them stored', async () => {
    const results = rows(300).map((row) =>
      row.input_index % 100 === 7 ? { input_index: row.input_index, error: { code: 'invalid' } } : row,
    );
    await job({ jobId: 'partly', results });
    const outcome = await (await rig.track({ jobId: 'partly', results: 'failed' })).result();
    expect(outcome).toMatchObject({
      status: 'complete',
      failedResults: [7, 107, 207].map((index) => ({ index, result: results[index] })),
      failedOmitted: 0,
      resultsRef: { rows: 300 },
    });
    expect(outcome).not.toHaveProperty('job.results');
    const polls = rig.emulator.controller.journal.filter(({ path }) => path.endsWith('/imports/partly'));
    expect(outcome.tracking.polls).toBe(polls.length);
  });

  test('omitted on request', async () => {
    await job({ jobId: 'unwanted', results: rows(5) });
    const outcome = await (await rig.track({ jobId: 'unwanted', results: 'omitted' })).result();
    expect(outcome).toMatchObject({ status: 'complete', resultsRef: null, resultsOmitted: true });
    expect(outcome.status === 'complete' && outcome.job).not.toHaveProperty('results');
  });
});

describe('cost', () => {
  const blind = { adaptive: false };

  // A poll is 11 events; a margin of a poll or two is for jitter.
  test.each([
    { what: 'of 3 minutes with progress', duration: 180 * second, polling: {}, polls: [4, 8], most: 100 },
    { what: 'of 3 minutes', duration: 180 * second, polling: blind, polls: [16, 20], most: 235 },
  ])('a tracker of an import $what has no more events than the documents say', async (kind) => {
    const { what: jobId, duration, polling, polls, most } = kind;
    await job({ jobId, duration });
    const handle = await rig.track({ jobId, polling, waitTimeout: '7d' });
    const { tracking } = await handle.result();
    expect(tracking.polls).toBeGreaterThanOrEqual(polls[0] ?? 0);
    expect(tracking.polls).toBeLessThanOrEqual(polls[1] ?? 0);
    expect(await historyLength(handle)).toBeLessThanOrEqual(most);
  });
});

test.each([
  [{ teamId: '' }, 'teamId: saw ""'],
  [{ jobId: 7 }, 'jobId: saw 7'],
  [{ polling: { interval: '5s' } }, 'polling.interval: saw "5s", expected no such field'],
  [
    { notify: [{}] },
    'notify[0].workflowId: saw nothing, expected a workflow id, since this workflow has no parent',
  ],
])('input %j fails with InvalidInput', async (input, message) => {
  const handle = await rig.track({ jobId: 'j', ...(input as object) });
  const failure = await failureOf(handle.result());
  expect(failure).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
  expect((failure as Error).message).toContain(message);
});

describe('without storage', () => {
  let bare: TrackerRig;
  beforeAll(async () => {
    bare = await startTrackerRig(env, { withoutStore: true });
  });
  afterAll(() => bare?.close());

  test('results that are to be stored are refused at the first poll, which asks the API nothing', async () => {
    const handle = await bare.track({ jobId: 'homeless', results: 'stored' });
    expect(await failureOf(handle.result())).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('PRISM_STORAGE') as string,
    });
    expect(bare.emulator.controller.journal).toEqual([]);
  });

  test('failed rows are returned all the same', async () => {
    const results = [
      { input_index: 0, id: 'a', created: true },
      { input_index: 1, error: { code: 'x' } },
    ];
    await bare.emulator.controller.createJob({ teamId, jobId: 'kept', duration: second, results });
    expect(await (await bare.track({ jobId: 'kept', results: 'failed' })).result()).toMatchObject({
      failedResults: [{ index: 1 }],
      failedOmitted: 0,
      resultsRef: null,
      resultsOmitted: true,
    });
  });
});
