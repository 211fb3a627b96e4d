import { randomUUID } from 'node:crypto';
import { activityInfo, cancellationSignal, type Info } from '@temporalio/activity';
import { ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { maxAwayMs, maxLostAttempts, withAttempts } from '../../src/activities/attempts';
import { createFileActivities } from '../../src/activities/file-activities';
import { toFileFailure } from '../../src/activities/to-failure';
import type { BatchReader, PlanSource } from '../../src/ports/batch-reader';
import { StorageError } from '../../src/ports/storage-error';
import { startDevServer } from '../support/temporal';
import { TemporaryFiles } from '../support/temporary-files';
import { createFileStore } from '../../src/storage/file-store';
import { quietEnvironment } from './support/activity-rig';
import type { planWithShortAttempts } from './support/short-attempts';

const planned = {
  plan: { uri: 'file:///plan', bytes: 1, sha256: '', headerBytes: 1, lineBytes: 1, rows: 1, batches: 1 },
  warnings: [],
};

describe('on a real server', () => {
  const files = new TemporaryFiles();
  const store = createFileStore(`${files.folder}/store`);
  let env: TestWorkflowEnvironment;
  beforeAll(async () => {
    env = await startDevServer();
  });
  afterAll(async () => {
    await env?.teardown();
    files.remove();
  });

  /** Never ends by itself, and says nothing meanwhile: the server takes it for lost. */
  const hang = () =>
    new Promise<never>((_, reject) => {
      const signal = cancellationSignal();
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });

  /** The end of a plan whose attempts go so, and how many there were. */
  async function planWith(
    attempt: (number: number, reportBytes: (bytes: number) => void) => Promise<typeof planned>,
    proof: () => Promise<void> = () => Promise.resolve(),
  ) {
    let attempts = 0;
    const plan: PlanSource = (_, { onProgress = () => undefined }) => {
      attempts += 1;
      return attempt(activityInfo().attempt, onProgress);
    };
    const taskQueue = randomUUID();
    const requireOwn = proof;
    const worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue,
      workflowsPath: require.resolve('./support/short-attempts'),
      activities: createFileActivities({ store, batches: null as unknown as BatchReader, plan, requireOwn }),
      maxHeartbeatThrottleInterval: '100ms',
    });
    const source = { uri: 'file:///any.csv', format: 'csv' as const };
    const end = await worker.runUntil(
      env.client.workflow
        .execute<typeof planWithShortAttempts>('planWithShortAttempts', {
          taskQueue,
          workflowId: taskQueue,
          args: [{ source, batchSize: 1, firstExecutionRunId: 'r' }],
        })
        .catch((error: Error) => (error.cause as Error).cause),
    );
    return { end, attempts };
  }

  test('attempts that run out of time are counted, and the fifth is the last', async () => {
    const { end, attempts } = await planWith((_, reportBytes) => {
      reportBytes(4711);
      return hang();
    });
    expect(attempts).toBe(maxLostAttempts);
    expect(end).not.toBeInstanceOf(TimeoutFailure);
    expect(end).toMatchObject({
      type: 'OutOfTime',
      nonRetryable: true,
      message: expect.stringMatching(/^5 attempts to plan file:\/\/\/any\.csv ran out of time/) as string,
    });
  });

  test('storage that is away is not counted, whatever else happens in between', async () => {
    const lost = [3, 6, 9, 12];
    const { end, attempts } = await planWith((attempt) => {
      if (lost.includes(attempt)) return hang();
      if (attempt < 15) return Promise.reject(new StorageError('the bucket is away'));
      return Promise.resolve(planned);
    });
    expect(end).toMatchObject(planned);
    expect(attempts).toBe(15);
  });

  test('a proof that fails for now is not counted as lost', async () => {
    let proofs = 0;
    const unproven = ApplicationFailure.create({ type: 'StorageUnavailable', message: 'no answer' });
    const proof = () => ((proofs += 1) < 10 ? Promise.reject(unproven) : Promise.resolve());
    const { end, attempts } = await planWith(() => Promise.resolve(planned), proof);
    expect(end).toMatchObject(planned);
    expect([proofs, attempts]).toEqual([10, 1]);
  });

  test("an input that is another pipeline's ends at once", async () => {
    const refusal = ApplicationFailure.nonRetryable('saw another', 'InvalidInput');
    const { end, attempts } = await planWith(
      () => Promise.resolve(planned),
      () => Promise.reject(refusal),
    );
    expect(end).toMatchObject({ type: 'InvalidInput', message: 'saw another' });
    expect(attempts).toBe(0);
  });

  test('a defect ends at once', async () => {
    const { end, attempts } = await planWith(() => Promise.reject(new TypeError('x is not a function')));
    expect(end).toMatchObject({ type: 'Unexpected', nonRetryable: true });
    expect(attempts).toBe(1);
  });
});

describe('storage', () => {
  const away = (info: Partial<Info>) =>
    quietEnvironment(info)
      .run(() =>
        withAttempts('to try', () => Promise.reject(new StorageError('the bucket is away')), toFileFailure),
      )
      .catch((error: unknown) => error as ApplicationFailure);

  test.each([
    { what: 'as long as a day is not over', awayMs: maxAwayMs - 60_000, final: false },
    { what: 'no longer than a day', awayMs: maxAwayMs, final: true },
    { what: 'no longer than a day of attempts', awayMs: maxAwayMs, idleMs: 600_000, final: true },
    { what: 'anew after time without any', awayMs: maxAwayMs, idleMs: 1_200_000, final: false },
    { what: 'from the first failure on', awayMs: null, final: false },
  ])('that is away is waited for $what', async ({ awayMs, idleMs, final }) => {
    const now = Date.now();
    const awaySince = awayMs === null ? null : now - awayMs;
    const lastTriedAt = idleMs === undefined ? null : now - idleMs;
    const heartbeatDetails = { ended: 899, awaySince, lastTriedAt };
    const failure = await away({ attempt: 900, heartbeatDetails });
    expect(failure).toMatchObject({ type: 'StorageUnavailable', nonRetryable: final });
  });

  test('that was away for an activity of 0.1.0 does not count either', async () => {
    expect(await away({ attempt: 50 })).toMatchObject({ type: 'StorageUnavailable', nonRetryable: false });
  });
});

test.each([undefined, null, 'x', { ended: 'x' }, []])(
  'details of another kind are none: %j',
  async (details) => {
    const info = { attempt: 2, heartbeatDetails: details as unknown };
    const run = quietEnvironment(info).run(() =>
      withAttempts('to try', () => Promise.resolve(1), toFileFailure),
    );
    expect(await run).toBe(1);
  },
);
