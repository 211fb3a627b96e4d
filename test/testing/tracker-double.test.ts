import { createRequire } from 'node:module';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type * as testing from '../../src/entries/testing';
import type { ImportOutcome } from '../../src/core/tracker/outcome';
import type { TrackImportInput } from '../../src/core/tracker/input';
import { startParents, type Parents } from '../support/parents';
import { startDevServer, startTimeSkipping } from '../support/temporal';
import { TemporaryFiles } from '../support/temporary-files';

// What somebody else's project requires as `prism-imports/testing`.
const built = createRequire(__filename)('../../dist/entries/testing.js') as typeof testing;
const { startPrismEmulator, startTestWorker, startTrackerDouble } = built;

const servers = [
  { server: 'a time-skipping server', start: startTimeSkipping, after: '2h', minMs: 7_200_000 },
  { server: 'a development server', start: startDevServer, after: '2s', minMs: 2000 },
];

describe.each(servers)('on $server', ({ start, after, minMs }) => {
  let env: TestWorkflowEnvironment;
  let parents: Parents;
  let stopWorker: (() => Promise<void>) | undefined;
  beforeEach(async () => {
    env = await start();
    parents = await startParents(env);
  });
  afterEach(async () => {
    await stopWorker?.();
    stopWorker = undefined;
    await parents?.stop();
    await env?.teardown();
  });

  const parentOf = <T>(type: string, input: TrackImportInput): Promise<T> =>
    env.client.workflow.execute(type, {
      taskQueue: parents.taskQueue,
      workflowId: `${type}-${input.jobId}`,
      args: ['prism-imports', input],
    }) as Promise<T>;

  test('a parent gets the ends that a double was told, when it was told', async () => {
    const failure = { code: 'quota', message: 'no more records' };
    const double = await startTrackerDouble({
      connection: env.nativeConnection,
      end: ({ jobId }) =>
        jobId === 'good'
          ? { status: 'complete', after, results: [{ id: 'r1', created: true, input_index: 0 }] }
          : jobId === 'bad'
            ? { status: 'failed', job: { error: failure } }
            : { status: 'refused' },
    });
    stopWorker = () => double.stop();
    const began = await env.currentTimeMs();
    const polling = { initialInterval: '100ms', maximumInterval: '1h' };
    const good = await parentOf<ImportOutcome>('awaitImport', { teamId: 't', jobId: 'good', polling });
    expect(good).toMatchObject({
      status: 'complete',
      job: { total: 1, results: [{ id: 'r1', created: true }] },
    });
    expect((await env.currentTimeMs()) - began).toBeGreaterThanOrEqual(minMs);
    const given = { teamId: 't', polling, notify: [{}] };
    const bad = await parentOf<unknown[]>('receiveImportEnd', { ...given, jobId: 'bad' });
    expect(bad).toMatchObject([{ status: 'failed', job: { error: failure } }]);
    const refused = await parentOf<unknown[]>('receiveImportEnd', { ...given, jobId: 'x' });
    expect(refused).toMatchObject([{ status: 'error', failure: { type: 'PrismUnauthorized' } }]);
    const mistaken = { teamId: 't', jobId: 'typo', poling: {} } as TrackImportInput;
    await expect(parentOf('awaitImport', mistaken)).rejects.toMatchObject({
      cause: { cause: { type: 'InvalidInput' } },
    });
  });

  test('the whole worker serves in the process of a test, against the emulator', async () => {
    const files = new TemporaryFiles();
    const emulator = await startPrismEmulator({ clock: () => env.currentTimeMs() });
    const worker = await startTestWorker({
      connection: env.nativeConnection,
      taskQueue: 'mine',
      baseUrl: emulator.baseUrl,
      directory: files.folder,
    });
    stopWorker = async () => {
      await worker.stop();
      await emulator.close();
      files.remove();
    };
    const uri = files.write('input.csv', 'name,primary_domain\nAcme,acme.test\nBeta,beta.test\n');
    const report: unknown = await env.client.workflow.execute('importRecords', {
      taskQueue: worker.taskQueue,
      workflowId: 'a-file',
      args: [{ teamId: 't', objectType: 'organization', source: { uri, format: 'csv' } }],
    });
    expect(report).toMatchObject({ totals: { rows: 2, created: 2 } });
    expect(emulator.controller.counts('t').organization).toBe(2);
  });
});
