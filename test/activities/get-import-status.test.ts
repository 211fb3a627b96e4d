import { CancelledFailure } from '@temporalio/common';
import { inlineResultsLimitBytes, jobLimitBytes } from '../../src/core/tracker/get-import-status';
import { boundedMessage, importEndLimitBytes, type ImportEnd } from '../../src/core/tracker/outcome';
import {
  createActivityRig,
  failureOf,
  quietEnvironment,
  type ActivityRig,
  type RunWith,
} from './support/activity-rig';
import { reply } from '../support/scripted-server';

let rig: ActivityRig;
beforeEach(async () => {
  rig = await createActivityRig();
});
afterEach(() => rig.close());

const poll = (run?: RunWith) => rig.getImportStatus({ teamId: 't', jobId: 'j', results: 'auto' }, run);

const finished = { job_id: 'j', status: 'complete', total: 2, processed: 2 };

describe('getImportStatus', () => {
  test('gives the job with the server time and the hint', async () => {
    const job = { job_id: 'j', status: 'processing', total: 3, processed: 1, later: { kept: true } };
    rig.server.answer(reply(200, job, { date: 'Mon, 23 Nov 2026 12:00:00 GMT', 'retry-after': '2' }));
    expect(await poll()).toEqual({
      found: true,
      job,
      resultsRef: null,
      resultsOmitted: false,
      serverTime: '2026-11-23T12:00:00.000Z',
      retryAfterMs: 2000,
    });
  });

  test('takes a 404 for a value', async () => {
    rig.server.answer(reply(404, { message: 'no' }, { date: 'Mon, 23 Nov 2026 12:00:00 GMT' }));
    expect(await poll()).toEqual({ found: false, serverTime: '2026-11-23T12:00:00.000Z' });
  });

  test.each([
    [400, 'PrismInvalidRequest', true],
    [401, 'PrismUnauthorized', true],
    [403, 'PrismForbidden', true],
    [429, 'PrismRateLimited', true],
    [500, 'PrismUnavailable', false],
    [503, 'PrismUnavailable', false],
  ])(
    'HTTP %d fails as %s, non-retryable: %s, with the hint in the details',
    async (status, type, nonRetryable) => {
      rig.server.answer(
        reply(
          status,
          { error: { code: 'c', message: 'in words' } },
          { 'retry-after': '7', 'x-request-id': 'r' },
        ),
      );
      const failure = await failureOf(poll());
      expect(failure).toMatchObject({ type, nonRetryable });
      expect(failure.message).toContain(`answered ${status} (c: in words) [request id r]`);
      expect(failure.details).toEqual([{ retryAfterMs: 7000, status, requestId: 'r' }]);
      expect(failure.nextRetryDelay).toBe(nonRetryable ? undefined : 7000);
    },
  );

  test('a closed port fails as PrismUnavailable, with the cause', async () => {
    await rig.server.close();
    const failure = await failureOf(poll());
    expect(failure).toMatchObject({ type: 'PrismUnavailable', nonRetryable: false });
    expect(failure.nextRetryDelay).toBeUndefined();
    expect(failure.cause?.message).toContain('ECONNREFUSED');
  });

  test.each([
    ['no job at all', 'hello'],
    ['another job', { ...finished, job_id: 'other' }],
    ['levels without end', '['.repeat(1000)],
    ['a job without end', { ...finished, note: 'x'.repeat(jobLimitBytes) }],
  ])('an answer with %s fails as PrismMalformedResponse', async (_, body) => {
    rig.server.answer(reply(200, body));
    expect(await failureOf(poll())).toMatchObject({ type: 'PrismMalformedResponse', nonRetryable: false });
  });

  test('a job of 3 MB of fields that nobody knows is refused in a clear word', async () => {
    const fields = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`f${n}`, 'x'.repeat(3400)]));
    rig.server.answer(reply(200, { ...finished, ...fields }));
    const { message } = await failureOf(poll());
    expect(message).toMatch(/a job of 3\d{6} bytes besides its results; at most 65536 are accepted/);
  });

  test('the largest answer that is accepted makes an end within importEndLimitBytes', async () => {
    const padded = (bytes: number) => ({ ...finished, later: 'x'.repeat(bytes) });
    const job = padded(jobLimitBytes - JSON.stringify(padded(0)).length);
    const results = [{ id: 'x'.repeat(inlineResultsLimitBytes - '[{"id":""}]'.length) }];
    rig.server.answer(reply(200, { ...job, results }));
    const status = await poll();
    if (!status.found) throw new Error('not found');
    expect(status.job.results).toEqual(results);
    const time = new Date().toISOString();
    const end: ImportEnd = {
      ...{ status: 'complete', teamId: '"'.repeat(200), jobId: '"'.repeat(200) },
      ...{ job: status.job, resultsRef: null, resultsOmitted: false },
      tracking: { polls: Number.MAX_SAFE_INTEGER, startedAt: time, endedAt: time, undelivered: [] },
    };
    const bytes = Buffer.byteLength(JSON.stringify(end));
    expect(bytes).toBeGreaterThan(inlineResultsLimitBytes + jobLimitBytes);
    expect(bytes).toBeLessThanOrEqual(importEndLimitBytes);
    const failure = { type: 'x'.repeat(100), message: boundedMessage('\u0001'.repeat(1_000_000)) };
    const reported = { ...end, job: null, failure, problem: failure, lastSeen: job };
    expect(Buffer.byteLength(JSON.stringify(reported))).toBeLessThanOrEqual(importEndLimitBytes);
  });

  test('a job that says nothing of its id is taken for the one asked for', async () => {
    rig.server.answer(reply(200, { ...finished, job_id: null }));
    expect(await poll()).toMatchObject({ found: true, job: { job_id: null } });
  });

  test('heartbeats, so that it hears of a cancellation, and then ends at once', async () => {
    const environment = quietEnvironment();
    const heartbeat = new Promise((resolve) => environment.once('heartbeat', resolve));
    const asked = new Promise<void>((resolve) => rig.server.answer(() => resolve()));
    const polling = poll({ environment });
    polling.catch(() => undefined);
    await Promise.all([heartbeat, asked]);
    environment.cancel(); // the server never answers
    await expect(polling).rejects.toBeInstanceOf(CancelledFailure);
  });

  test('an answer that comes at once costs no heartbeat', async () => {
    const environment = quietEnvironment();
    const heartbeat = jest.fn();
    environment.on('heartbeat', heartbeat);
    rig.server.answer(reply(200, finished));
    await poll({ environment });
    expect(heartbeat).not.toHaveBeenCalled();
  });

  test('heartbeats again and again while it waits', async () => {
    const environment = quietEnvironment();
    const second = new Promise<void>((resolve) => {
      let count = 0;
      environment.on('heartbeat', () => (count += 1) === 2 && resolve());
    });
    rig.server.answer((response) => void second.then(() => response.end(JSON.stringify(finished))));
    expect(await poll({ environment })).toMatchObject({ found: true });
  }, 20_000);
});
