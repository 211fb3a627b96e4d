import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { ImportApi } from '../../src/ports/import-api';
import type { ImportJob, RowResult } from '../../src/core/api/import-job';
import { createActivityMetrics } from '../../src/telemetry/activity-metrics';
import { RecordingMeter } from './support/recording-meter';

const results: RowResult[] = [{ created: true }, { created: true }, { error: 'no' }];

/** An API whose answer has its results in it, or hands them to who takes them. */
class FakeApi implements ImportApi {
  constructor(
    private readonly job: ImportJob,
    private readonly streamed: RowResult[] = [],
  ) {}

  async getImport(...[, , , taker]: Parameters<ImportApi['getImport']>) {
    for (const result of this.streamed) await taker?.take([result]);
    return { value: this.job, serverTime: null, retryAfterMs: null, streamed: this.streamed.length > 0 };
  }

  startImport(): never {
    throw new Error('nobody starts an import here');
  }
}

/** What is counted when an activity of this workflow looks at an import and then does something else. */
async function counted(api: ImportApi, workflowId = 'w', then: () => void = () => undefined) {
  const recorded = new RecordingMeter();
  const { countRowsOf, interceptor } = createActivityMetrics(recorded.meter);
  const environment = new MockActivityEnvironment({ workflowExecution: { workflowId, runId: 'r' } });
  const taker = { take: () => Promise.resolve() };
  const poll = async () => {
    await countRowsOf(api).getImport('t', 'j', undefined, taker);
    then();
  };
  const execute = interceptor(environment.context).inbound?.execute;
  await execute?.({ args: [], headers: {} }, poll).catch(() => undefined);
  const [created, failed] = ['created', 'failed'].map((outcome) => recorded.of('prism_rows', { outcome })[0]);
  return { created, failed, storage: recorded.of('prism_storage_failures')[0] };
}

const complete: ImportJob = { status: 'complete' };

test.each([
  { what: 'results in an answer', api: new FakeApi({ ...complete, results }), created: 2, failed: 1 },
  { what: 'results that are taken as they come', api: new FakeApi(complete, results), created: 2, failed: 1 },
  {
    what: 'results that are not final',
    api: new FakeApi({ status: 'processing', results }),
    created: 0,
    failed: 0,
  },
])('$what count as $created created and $failed failed', async ({ api, created, failed }) => {
  expect(await counted(api)).toEqual({ created, failed, storage: 0 });
});

test('rows that could not be stored are not counted, the failure is', async () => {
  const unavailable = () => {
    throw ApplicationFailure.retryable('no space left', 'StorageUnavailable');
  };
  const end = await counted(new FakeApi({ ...complete, results }), 'w', unavailable);
  expect(end).toEqual({ created: 0, failed: 0, storage: 1 });
});

test('the failure of another kind is none of the storage', async () => {
  const limited = () => {
    throw ApplicationFailure.retryable('slow down', 'PrismRateLimited');
  };
  expect((await counted(new FakeApi(complete), 'w', limited)).storage).toBe(0);
});

test.each([
  { workflowId: 'import/batch-0001', created: 0 },
  { workflowId: 'import/batch-10000', created: 0 },
  { workflowId: 'import/batch-2.0-500', created: 0 },
  { workflowId: 'import/batch-7', created: 2 },
  { workflowId: 'batch-0001', created: 2 },
])('of the tracker $workflowId, $created rows are counted here', async ({ workflowId, created }) => {
  expect(await counted(new FakeApi({ ...complete, results }), workflowId)).toMatchObject({ created });
});
