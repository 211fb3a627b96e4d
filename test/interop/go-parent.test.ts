import { randomBytes, randomUUID } from 'node:crypto';
import { trackerWorkflowId } from '../../src/core/ids';
import type { ImportEnd } from '../../src/core/tracker/outcome';
import type { TrackingState } from '../../src/core/tracker/status';
import { statusQuery } from '../../src/workflows/messages';
import { historyTexts, pathsOf } from '../codec/support/history-texts';
import { until } from '../support/until';
import { startRestingTracker } from './support/caller-imports';
import { startGoCaller, type GoCaller } from './support/go-caller';
import { eventsOf, inputOf, signalsOf, startOf, waitsOfPages } from './support/histories';
import { cancelCallerByNexus } from './support/nexus-cancellation';

let caller: GoCaller;
beforeAll(async () => {
  caller = await startGoCaller();
});
afterAll(() => caller?.close());

describe('a parent in Go', () => {
  test.each([
    { title: 'awaits', mode: 'await', signalled: false, continued: false },
    { title: 'is signalled', mode: 'abandon', signalled: true, continued: false },
    { title: 'continues as new in between', mode: 'continue-as-new', signalled: true, continued: true },
  ])('$title', async ({ mode, signalled, continued }) => {
    const [team, workflowId] = [randomUUID(), `example-go/${randomUUID()}`];
    const end = await caller.answer<ImportEnd>(mode, { team, 'workflow-id': workflowId });
    expect(end).toMatchObject({
      status: 'complete',
      teamId: team,
      job: { total: 120, succeeded: 120, failed: 0 },
      tracking: { startedAt: expect.stringMatching(/Z$/) as string, undelivered: [] },
      failure: null,
    });
    expect(caller.site.emulator.controller.counts(team).contact).toBe(120);

    const { signals, isContinued } = await signalsOf(caller.site, workflowId);
    expect([signals.includes('importFinished'), isContinued]).toEqual([signalled, continued]);
  });

  test('sends typed nulls, durations and times', async () => {
    const { team, job } = await caller.createImport(3, 0);
    const workflowId = `example-go/${randomUUID()}`;
    const tracker = `${workflowId}/import/${job}`;
    const options = { team, job, 'workflow-id': workflowId };
    expect(await caller.answer('await', { ...options, wait: '0' })).toMatchObject({ status: 'complete' });
    expect(await startOf(caller.site, tracker)).toMatchObject({ limitSeconds: 9 * 24 * 3600 });
    expect(await inputOf(caller.site, tracker)).toEqual({
      teamId: team,
      jobId: job,
      submittedAt: '0001-01-01T00:00:00Z',
      polling: null,
      waitTimeout: '0s',
      results: '',
      notify: null,
    });

    expect(
      await caller.answer('await', { ...options, wait: '90m', 'initial-interval': '5500ms' }),
    ).toMatchObject({
      status: 'complete',
    });
    expect(await inputOf(caller.site, tracker)).toMatchObject({
      polling: {
        initialInterval: '5.5s',
        backoffCoefficient: 0,
        maximumInterval: '0s',
        jitter: 0,
        adaptive: null,
      },
      waitTimeout: '1h30m0s',
    });
    const timers = (await eventsOf(caller.site, tracker)).flatMap(
      (event) => event.timerStartedEventAttributes?.startToFireTimeout ?? [],
    );
    // The interval counts from the tracker's start, so its first task takes some of it.
    const wait = Number(timers[0]?.seconds) + Number(timers[0]?.nanos) / 1e9;
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(5.5);
  });

  test('has the failed rows in its outcome where there are few', async () => {
    expect(await caller.answer('failed-rows', await caller.createImport(50, 3))).toEqual({
      Indexes: [0, 1, 2],
      Omitted: 0,
    });
  });

  test('reads results in pages', async () => {
    const workflowId = `example-go/${randomUUID()}`;
    const { Indexes: indexes, Omitted: omitted } = await caller.answer<{
      Indexes: number[];
      Omitted: number;
    }>('failed-rows', { ...(await caller.createImport(5000, 4000)), 'workflow-id': workflowId });
    expect(omitted).toBeGreaterThan(1000);
    expect(indexes).toEqual(Array.from({ length: 4000 }, (_, index) => index));
    const waits = await waitsOfPages(caller.site, workflowId);
    expect(waits.length).toBeGreaterThan(2);
    expect(new Set(waits)).toEqual(new Set([600]));
  });

  test('reads results from S3', async () => {
    const counts = await caller.answer(
      'stored-rows',
      await caller.createImport(5000, 40),
      caller.site.bucketAccess,
    );
    expect(counts).toEqual({ Rows: 5000, Created: 4960, Failed: 40 });
  });

  test('calls by Nexus', async () => {
    const { team, job } = await caller.createImport(50, 3);
    const parents = ['one', 'two'].map((name) =>
      caller.answer<{ State: TrackingState; End: ImportEnd; FailedRows: number[] }>('nexus', {
        team,
        job,
        'workflow-id': name,
        ...caller.site.nexus,
      }),
    );
    for (const { State, End, FailedRows } of await Promise.all(parents)) {
      expect(State).toMatchObject({
        phase: expect.stringMatching(/^(waiting|polling|delivering|done)$/) as string,
      });
      expect(End).toMatchObject({ status: 'complete', teamId: team, jobId: job, job: { total: 50 } });
      expect(FailedRows).toEqual([0, 1, 2]);
    }
    const tracker = caller.site.server.client.workflow.getHandle(trackerWorkflowId(team, job));
    expect(await tracker.result()).toMatchObject({ status: 'complete' });
  });

  test('goes on at once when it is cancelled, while the tracker follows for others', async () => {
    const cancelled = await cancelCallerByNexus(caller.site, ({ teamId, jobId }, workflowId) =>
      caller.answer('nexus', { team: teamId, job: jobId, 'workflow-id': workflowId, ...caller.site.nexus }),
    );
    expect(cancelled).toEqual({
      failure: expect.stringMatching(/cancell?ed/) as string,
      tracker: 'RUNNING',
    });
  });

  describe('with encrypted payloads', () => {
    const mark = 'Marked-Secret';
    const keys = `k1:${randomBytes(32).toString('base64')}`;

    test('uses the codec', async () => {
      const worker = await caller.site.startWorker({
        PRISM_ENCRYPTION_KEYS: keys,
        PRISM_TASK_QUEUE: 'encrypted',
      });
      try {
        const options = { team: mark + randomUUID(), 'tracker-queue': 'encrypted' };
        for (const mode of ['await', 'continue-as-new']) {
          const end = await caller.answer(mode, options, { PRISM_ENCRYPTION_KEYS: keys });
          expect(end).toMatchObject({ status: 'complete', teamId: options.team });
        }
        const found = pathsOf(await historyTexts(caller.site.server.client), mark);
        expect(found.filter((path) => !path.includes('earchAttributes'))).toEqual([]);

        const job = randomUUID();
        const respond = { status: 401, body: { error: { code: 'no', message: mark } } };
        caller.site.emulator.controller.addRule({ operation: 'status', path: job, respond });
        const failing = caller.answer('await', { ...options, job }, { PRISM_ENCRYPTION_KEYS: keys });
        await expect(failing).rejects.toThrow(new RegExp(`${mark}.*type: PrismUnauthorized`));
      } finally {
        await worker.stop();
      }
    });

    test('sends in clear what is for trackers without the codec', async () => {
      const environment = { PRISM_ENCRYPTION_KEYS: keys };
      for (const mode of ['await', 'continue-as-new', 'join']) {
        const options = { team: mark + randomUUID(), plain: 'true' };
        const end = await caller.answer(mode, options, environment);
        expect(end).toMatchObject({ status: 'complete', teamId: options.team });
      }
      const options = { ...(await caller.createImport(5000, 4000)), plain: 'true' };
      const rows = await caller.answer<{ Indexes: number[] }>('failed-rows', options, environment);
      expect(rows.Indexes).toHaveLength(4000);
    });
  });
});

describe('a program in Go', () => {
  /** A tracker that polls once an hour, so that what it says stays. */
  async function resting() {
    const { teamId, jobId, tracker } = await startRestingTracker(caller.site);
    return { tracker, options: { team: teamId, job: jobId } };
  }

  test('queries', async () => {
    const { tracker, options } = await resting();
    const { expiresAt, nextPollAt } = await tracker.query(statusQuery);
    const state = await caller.answer<TrackingState>('status', options);
    expect(state).toMatchObject({ phase: 'waiting', job: null, polls: 0, lastPollAt: null, problem: null });
    expect(state.progress).toMatchObject({ processed: null, fraction: null, estimatedEndAt: null });
    const times = [state.expiresAt, state.nextPollAt].map((text) => new Date(text ?? '').toISOString());
    expect(times).toEqual([expiresAt, nextPollAt]);
    await tracker.terminate();
  });

  test('updates', async () => {
    const { tracker, options } = await resting();
    const faster = await caller.answer('set-polling', { ...options, 'initial-interval': '1s' });
    expect(faster).toMatchObject({ phase: 'waiting', problem: null });
    await until(async () => (await tracker.query(statusQuery)).job !== null);
    expect(await caller.answer('status', options)).toMatchObject({
      job: { job_id: options.job, status: 'processing', total: 1000 },
      expiresAt: expect.any(String) as string,
    });
    const refused = caller.answer('set-polling', { ...options, 'initial-interval': '1ms' });
    await expect(refused).rejects.toThrow('initialInterval');
    await tracker.terminate();
  });
});
