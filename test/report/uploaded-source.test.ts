import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createFileActivities } from '../../src/activities/file-activities';
import type { PlannedImport } from '../../src/core/pipeline/plan';
import type { ImportReport } from '../../src/core/pipeline/report';
import type { ObjectStore } from '../../src/ports/object-store';
import { createBatchReader } from '../../src/sources/batch-reader';
import { createPlanSource } from '../../src/sources/plan-source';
import { createFileStore } from '../../src/storage/file-store';
import { StorageError } from '../../src/ports/storage-error';
import { removeUnowned } from '../../src/ports/uploads';
import { sourceOpener } from '../support/sources';
import { TemporaryFiles } from '../support/temporary-files';

const files = new TemporaryFiles();
afterAll(() => files.remove());

const folder = `${files.folder}/store`;
const store = createFileStore(folder);

const activitiesOver = (over: ObjectStore) => {
  const records = { store: over, opener: sourceOpener() };
  return createFileActivities({
    store: over,
    batches: createBatchReader(records),
    plan: createPlanSource(records),
    requireOwn: () => Promise.resolve(),
  });
};
const activities = activitiesOver(store);

let uploads = 0;
async function upload(): Promise<string> {
  uploads += 1;
  const name = `uploads/${String(uploads).padStart(32, '0')}.csv`;
  return (await store.write(name, ['name\nA\nB\n'])).uri;
}

/** A pipeline of one batch, by its workflow id. */
const pipeline = (workflowId: string) => {
  const run = <T>(task: () => Promise<T>): Promise<T> =>
    new MockActivityEnvironment(
      { workflowExecution: { workflowId, runId: 'run' } },
      { logger: new DefaultLogger('ERROR') },
    ).run(task);
  return {
    plan: (uri: string): Promise<PlannedImport> =>
      run(() =>
        activities.planImport({
          source: { uri, format: 'csv' },
          batchSize: 10,
          firstExecutionRunId: 'first',
        }),
      ),
    settle: ({ plan, launchKey }: PlannedImport, withoutResult: 'unknown' | 'failed') => {
      const end = { jobId: 'job', status: 'expired' as const, polls: 1, message: null, resultsRef: null };
      const imports = [{ ...end, range: null, withoutResult }];
      return run(() => activities.settleBatch({ plan, launchKey, batch: 1, imports }));
    },
    report: ({ plan, launchKey, warnings }: PlannedImport, by = activities): Promise<ImportReport> =>
      run(() => by.writeReport({ plan, launchKey, warnings })),
  };
};

const isThere = (uri: string): boolean => existsSync(fileURLToPath(uri));

test('another attempt gives the report without the upload, also after a storage error', async () => {
  const uri = await upload();
  const { plan, settle, report } = pipeline('again');
  const planned = await plan(uri);
  await settle(planned, 'failed');
  const written = await report(planned);
  expect(isThere(uri)).toBe(false);
  const left = await readdir(folder, { recursive: true });
  expect(left.filter((name) => name.startsWith('uploads/'))).toEqual([]);
  const failing: ObjectStore = {
    ...store,
    read: (asked, range) =>
      asked.endsWith('/written-report.json')
        ? Promise.reject(new StorageError(`reading ${asked}: 503 SlowDown`))
        : store.read(asked, range),
  };
  const failure = { type: 'StorageUnavailable', nonRetryable: false };
  await expect(report(planned, activitiesOver(failing))).rejects.toMatchObject(failure);
  expect(await report(planned)).toEqual(written);
});

test('only the pipeline that planned an upload first removes it', async () => {
  const uri = await upload();
  const [own, other] = [pipeline('own'), pipeline('other')];
  const ownPlan = await own.plan(uri);
  const otherPlan = await other.plan(uri);
  await other.settle(otherPlan, 'failed');
  await other.report(otherPlan);
  expect(isThere(uri)).toBe(true);
  await own.settle(ownPlan, 'failed');
  expect(await own.report(ownPlan)).toMatchObject({ totals: { rows: 2, failed: 2 } });
  expect(isThere(uri)).toBe(false);
});

test('the copy of a refused import is removed, unless a pipeline has planned with it', async () => {
  const [planned, refused] = [await upload(), await upload()];
  await pipeline('planned').plan(planned);
  await removeUnowned(store, planned);
  await removeUnowned(store, refused);
  expect([isThere(planned), isThere(refused)]).toEqual([true, false]);
});

test('a copy is kept while the store does not say who owns it', async () => {
  const uri = await upload();
  await pipeline('unreadable').plan(uri);
  const refusing: ObjectStore = {
    ...store,
    read: (asked) =>
      Promise.reject(new StorageError(`reading ${asked}: 403 AccessDenied`, { refusal: 'AccessDenied' })),
  };
  await expect(removeUnowned(refusing, uri)).rejects.toThrow('AccessDenied');
  expect(isThere(uri)).toBe(true);
});

test('a report of other ends, as after a reset, is written anew', async () => {
  const uri = await upload();
  const { plan, settle, report } = pipeline('reset');
  const planned = await plan(uri);
  await settle(planned, 'unknown');
  const keeping: ObjectStore = { ...store, remove: () => Promise.reject(new StorageError('removing: away')) };
  await expect(report(planned, activitiesOver(keeping))).rejects.toThrow('away');
  await settle(planned, 'failed');
  expect(await report(planned)).toMatchObject({ totals: { failed: 2, unknown: 0 } });
});
