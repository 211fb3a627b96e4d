import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createFileActivities } from '../../src/activities/file-activities';
import { MemoryBudget } from '../../src/activities/memory-budget';
import type { PlannedImport } from '../../src/core/pipeline/plan';
import type { ObjectStore } from '../../src/ports/object-store';
import { createBatchReader } from '../../src/sources/batch-reader';
import { createPlanSource } from '../../src/sources/plan-source';
import { createFileStore } from '../../src/storage/file-store';
import { sourceOpener } from '../support/sources';
import { TemporaryFiles } from '../support/temporary-files';

const files = new TemporaryFiles();
afterAll(() => files.remove());

const inFolder = createFileStore(`${files.folder}/store`);
/** Batches of which results are held, now and at most. */
const held = { now: 0, most: 0 };
const store: ObjectStore = {
  ...inFolder,
  read: (uri, range) => {
    if (uri.endsWith('results.ndjson')) held.most = Math.max(held.most, (held.now += 1));
    return inFolder.read(uri, range);
  },
  write: async (name, chunks) => {
    const stored = await inFolder.write(name, chunks);
    if (name.includes('/parts/')) held.now -= 1;
    return stored;
  },
};
const records = { store, opener: sourceOpener() };
const memory = new MemoryBudget(400);
const activities = createFileActivities(
  {
    ...{ store, batches: createBatchReader(records), plan: createPlanSource(records) },
    requireOwn: () => Promise.resolve(),
  },
  undefined,
  memory,
);

const info: Partial<Info> = { workflowExecution: { workflowId: 'import/one', runId: 'run-1' } };
const environment = () => new MockActivityEnvironment(info);

async function settling(env: MockActivityEnvironment) {
  const source = { uri: files.write('rows.csv', 'name\na\nb\n'), format: 'csv' as const };
  const planned: PlannedImport = await environment().run(() =>
    activities.planImport({ source, batchSize: 10, firstExecutionRunId: 'first-run' }),
  );
  const stored = await store.write('results.ndjson', ['{"created":true}\n{"created":true}\n']);
  const end = {
    ...{ range: null, jobId: 'job', status: 'complete' as const, polls: 1, message: null },
    ...{ resultsRef: { ...stored, rows: 2 }, withoutResult: 'unknown' as const },
  };
  const { plan, launchKey } = planned;
  const settled = env.run(() => activities.settleBatch({ plan, launchKey, batch: 1, imports: [end] }));
  return { settled };
}

test('batches are settled at once as far as their results have room in memory', async () => {
  const all = await Promise.all(Array.from({ length: 5 }, () => settling(environment())));
  for (const each of await Promise.all(all.map(({ settled }) => settled)))
    expect(each).toMatchObject({ totals: { created: 2 } });
  expect(held).toEqual({ now: 0, most: 1 });
});

test('a batch that waits for memory can be cancelled, and takes none', async () => {
  const lease = await memory.lease(400, new AbortController().signal);
  const env = environment();
  const { settled } = await settling(env);
  env.cancel('CANCELLED');
  await expect(settled).rejects.toMatchObject({ name: 'CancelledFailure' });
  lease?.release();
  expect(await memory.lease(400, new AbortController().signal)).not.toBeNull();
});
