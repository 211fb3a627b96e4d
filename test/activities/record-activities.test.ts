import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { parse } from 'csv-parse/sync';
import { createRecordActivities } from '../../src/activities/record-activities';
import type { RowResult } from '../../src/domain/import-job';
import type { Source } from '../../src/domain/import-records';
import type { ResultsRef } from '../../src/domain/storage';
import type { BatchEnd, PlannedImport, WrittenReport } from '../../src/domain/write-report';
import { planSource } from '../../src/records/plan-source';
import { createRowSource } from '../../src/records/row-source';
import { createFileStore } from '../../src/storage/file-store';
import { TemporaryFiles } from '../records/temporary-files';

const files = new TemporaryFiles();
afterAll(() => files.remove());

const store = createFileStore(`${files.folder}/store`);
const activities = createRecordActivities({ store, rows: createRowSource(), plan: planSource });

const workflowExecution = { workflowId: 'import/one', runId: 'run-1' };
const environment = (info: Partial<Info> = { workflowExecution }) =>
  new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });

function plan(
  source: Source,
  batchSize: number,
  made = activities,
  info?: Partial<Info>,
): Promise<PlannedImport> {
  const input = { source, batchSize, firstExecutionRunId: 'first-run' };
  return environment(info).run(() => made.planImport(input));
}

function report(
  source: Source,
  columns: string[],
  batches: BatchEnd[],
  made = activities,
): Promise<WrittenReport> {
  return environment().run(() => made.writeReport({ source, columns, batches }));
}

async function storeResults(name: string, results: RowResult[]): Promise<ResultsRef> {
  const stored = await store.write(
    name,
    results.map((result) => `${JSON.stringify(result)}\n`),
  );
  return { ...stored, rows: results.length };
}

const read = (uri: string | null): string => readFileSync(fileURLToPath(uri ?? ''), 'utf8');
const reported = (uri: string): string[][] => parse(read(uri));

const text = 'name,note\nA,"one\nline"\nB,\nbad\nC,x\nD,y\nE,z\nF,"last"';

async function plannedBatches(
  source: Source,
  ends: Partial<BatchEnd>[],
): Promise<{ columns: string[]; batches: BatchEnd[] }> {
  const { columns, batches } = await plan(source, 4);
  const ended = batches.map((ref, index): BatchEnd => ({
    batch: ref.batch,
    ref,
    jobId: `job-${ref.batch}`,
    status: 'complete',
    polls: 1,
    message: null,
    resultsRef: null,
    withoutResult: 'unknown',
    ...ends[index],
  }));
  return { columns, batches: ended };
}

describe('writeReport', () => {
  test('joins results with the rows that were sent, in the order of the input', async () => {
    const source: Source = { uri: files.write('mixed.csv', text), format: 'csv' };
    const { columns, batches } = await plannedBatches(source, [
      {
        resultsRef: await storeResults('r1.ndjson', [
          { input_index: 2, id: 'c', existing: true },
          { input_index: 1, error: { code: 'invalid_value', message: 'no, "never"' } },
          { input_index: 0, id: 'a', created: true },
        ]),
      },
      {
        resultsRef: await storeResults('r2.ndjson', [
          { id: 'd', updated: true },
          { id: 'e', created: true },
          { error: 'old' },
        ]),
      },
    ]);
    const written = await report(source, columns, batches);
    expect(written).toMatchObject({
      totals: { rows: 7, created: 2, updated: 1, existing: 1, failed: 3, unknown: 0 },
      batches: [
        { rows: 4, created: 1, existing: 1, failed: 2 },
        { rows: 3, created: 1, updated: 1, failed: 1 },
      ],
    });
    expect(reported(written.reportUri)).toEqual([
      ['row', 'line', 'outcome', 'id', 'error_code', 'error_message', 'batch', 'job_id'],
      ['1', '2', 'created', 'a', '', '', '1', 'job-1'],
      ['2', '4', 'failed', '', 'invalid_value', 'no, "never"', '1', 'job-1'],
      ['3', '5', 'failed', '', 'malformed_row', 'has 1 cell, expected 2 as in the header', '1', 'job-1'],
      ['4', '6', 'existing', 'c', '', '', '1', 'job-1'],
      ['5', '7', 'updated', 'd', '', '', '2', 'job-2'],
      ['6', '8', 'created', 'e', '', '', '2', 'job-2'],
      ['7', '9', 'failed', '', '', 'old', '2', 'job-2'],
    ]);
    expect(written.failedRowsUri).toMatch(/failed-rows\.csv$/);
    expect(read(written.failedRowsUri)).toBe('name,note\nB,\nbad\nF,"last"\n');
  });

  test('gives no file of failed rows when none failed, and the same report when it runs again', async () => {
    const source: Source = { uri: files.write('good.ndjson', '{"a":1}\n{"a":2}'), format: 'ndjson' };
    const resultsRef = await storeResults('good.results', [
      { id: 'a', created: true },
      { id: 'b', created: true },
    ]);
    const { columns, batches } = await plannedBatches(source, [{ resultsRef }]);
    const written = await report(source, columns, batches);
    expect(written.failedRowsUri).toBeNull();
    expect(await report(source, columns, batches)).toEqual(written);
  });

  test('writes failed rows of NDJSON as they were', async () => {
    const source: Source = { uri: files.write('bad.ndjson', '{"a":1}\n  {"a":\n{"a": 2}'), format: 'ndjson' };
    const { columns, batches } = await plannedBatches(source, [
      { resultsRef: await storeResults('bad.results', [{ id: 'a', created: true }, { error: 'no' }]) },
    ]);
    const { failedRowsUri } = await report(source, columns, batches);
    expect(failedRowsUri).toMatch(/failed-rows\.ndjson$/);
    expect(read(failedRowsUri)).toBe('  {"a":\n{"a": 2}\n');
  });

  test('rows of a batch without results are unknown with the reason, malformed ones failed all the same', async () => {
    const source: Source = { uri: files.write('gone.csv', text), format: 'csv' };
    const { columns, batches } = await plannedBatches(source, [
      { status: 'expired', message: 'it is gone' },
      { status: 'not_started', message: 'refused', withoutResult: 'failed', jobId: null },
    ]);
    const { totals, reportUri } = await report(source, columns, batches);
    expect(totals).toEqual({ rows: 7, created: 0, updated: 0, existing: 0, failed: 4, unknown: 3 });
    expect(reported(reportUri)[1]).toEqual([
      '1',
      '2',
      'unknown',
      '',
      'import_expired',
      'it is gone',
      '1',
      'job-1',
    ]);
    expect(reported(reportUri)[7]).toEqual([
      '7',
      '9',
      'failed',
      '',
      'import_not_started',
      'refused',
      '2',
      '',
    ]);
  });

  test('rows are unknown when results carry no input_index and are not as many as the rows', async () => {
    const source: Source = { uri: files.write('few.csv', text), format: 'csv' };
    const resultsRef = await storeResults('few.results', [{ id: 'a', created: true }]);
    const { columns, batches } = await plannedBatches(source, [{ resultsRef }]);
    const { batches: totals, reportUri } = await report(source, columns, batches);
    expect(totals[0]).toMatchObject({ rows: 4, unknown: 3, failed: 1 });
    expect(reported(reportUri)[1]?.[5]).toContain('1 results for 3 rows');
  });

  test('fails for good with SourceInvalid when the file has changed', async () => {
    const source: Source = { uri: files.write('changing.csv', text), format: 'csv' };
    const { columns, batches } = await plannedBatches(source, []);
    files.write('changing.csv', text.replace('A', 'Z'));
    await expect(report(source, columns, batches)).rejects.toMatchObject({
      type: 'SourceInvalid',
      nonRetryable: true,
    });
  });

  test('fails with StorageUnavailable, worth another try, when results cannot be read or are not those that were stored', async () => {
    const source: Source = { uri: files.write('lost.csv', text), format: 'csv' };
    const stored = await storeResults('lost.results', [{ id: 'a', created: true }]);
    for (const resultsRef of [
      { ...stored, uri: `${stored.uri}-gone` },
      { ...stored, sha256: '0'.repeat(64) },
    ]) {
      const { columns, batches } = await plannedBatches(source, [{ resultsRef }]);
      await expect(report(source, columns, batches)).rejects.toMatchObject({
        type: 'StorageUnavailable',
        nonRetryable: false,
      });
    }
  });
});

describe('planImport', () => {
  const source = (): Source => ({ uri: files.write('plan.csv', text), format: 'csv' });

  test('gives the plan and a launch key that only this pipeline has', async () => {
    const planned = await plan(source(), 4);
    expect(planned).toMatchObject({
      columns: ['name', 'note'],
      rows: 7,
      launchKey: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect((await plan(source(), 2)).launchKey).toBe(planned.launchKey);
    const elsewhere = { workflowExecution: { ...workflowExecution, workflowId: 'import/two' } };
    expect((await plan(source(), 4, activities, elsewhere)).launchKey).not.toBe(planned.launchKey);
  });

  test('refuses a source that cannot be used with InvalidInput, naming the field', async () => {
    await expect(plan({ uri: files.uri('nowhere.csv'), format: 'csv' }, 4)).rejects.toMatchObject({
      type: 'InvalidInput',
      nonRetryable: true,
      message: expect.stringMatching(/^source\.uri: saw .*nowhere\.csv \(no such file\)/) as string,
    });
  });

  test('is refused without storage, before anything is imported', async () => {
    const without = createRecordActivities({ store: null, rows: createRowSource(), plan: planSource });
    const refusal = { type: 'InvalidInput', message: expect.stringContaining('PRISM_STORAGE') as string };
    await expect(plan(source(), 4, without)).rejects.toMatchObject(refusal);
    await expect(report(source(), [], [], without)).rejects.toMatchObject(refusal);
  });

  test('stops when it is cancelled', async () => {
    const env = environment();
    const uri = files.write('long.csv', 'name\n'.padEnd(5_000_000, `${'y'.repeat(999)}\n`));
    const input = { source: { uri, format: 'csv' as const }, batchSize: 10, firstExecutionRunId: 'r' };
    const planning = env.run(() => activities.planImport(input));
    env.cancel('CANCELLED');
    await expect(planning).rejects.toMatchObject({ name: 'CancelledFailure' });
  });
});
