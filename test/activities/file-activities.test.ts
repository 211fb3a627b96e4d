import { AssertionError } from 'node:assert';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { parse } from 'csv-parse/sync';
import { createFileActivities, Turns } from '../../src/activities/file-activities';
import { MemoryBudget } from '../../src/activities/memory-budget';
import type { RowResult } from '../../src/core/api/import-job';
import type { Source } from '../../src/core/pipeline/source';
import type { ImportReport } from '../../src/core/pipeline/report';
import type { PlannedImport } from '../../src/core/pipeline/plan';
import type { SettleBatchInput, SettledBatch } from '../../src/core/pipeline/settle-batch';
import type { ResultsRef } from '../../src/core/stored-object';
import { Defect } from '../../src/ports/defect';
import { StorageError } from '../../src/ports/storage-error';
import { createBatchReader } from '../../src/sources/batch-reader';
import { createPlanSource } from '../../src/sources/plan-source';
import { createFileStore } from '../../src/storage/file-store';
import { TemporaryFiles } from '../support/temporary-files';
import { sourceOpener } from '../support/sources';
import { wholeError } from '../support/whole-error';

const files = new TemporaryFiles();
afterAll(() => files.remove());

const store = createFileStore(`${files.folder}/store`);
const records = { store, opener: sourceOpener() };
const ports = {
  batches: createBatchReader(records),
  plan: createPlanSource(records),
  requireOwn: () => Promise.resolve(),
};
const activities = createFileActivities({ store, ...ports });

const workflowExecution = { workflowId: 'import/one', runId: 'run-1' };
const environment = (info: Partial<Info> = { workflowExecution }) =>
  new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });

type EndOfPart = SettleBatchInput['imports'][number];

function plan(
  source: Source,
  batchSize: number,
  made = activities,
  info?: Partial<Info>,
): Promise<PlannedImport> {
  const input = { source, batchSize, firstExecutionRunId: 'first-run' };
  return environment(info).run(() => made.planImport(input));
}

function settle(
  planned: PlannedImport,
  batch: number,
  ...imports: Partial<EndOfPart>[]
): Promise<SettledBatch> {
  const { plan: ref, launchKey } = planned;
  const whole = imports.map((each): EndOfPart => ({
    range: null,
    jobId: `job-${batch}`,
    status: 'complete',
    polls: 1,
    message: null,
    resultsRef: null,
    withoutResult: 'unknown',
    ...each,
  }));
  return environment().run(() => activities.settleBatch({ plan: ref, launchKey, batch, imports: whole }));
}

function report({ plan: ref, launchKey, warnings }: PlannedImport): Promise<ImportReport> {
  return environment().run(() => activities.writeReport({ plan: ref, launchKey, warnings }));
}

/** Plans a source in batches of four rows, settles each with one import that ended as given, and writes the report. */
async function reportOn(source: Source, ...ends: Partial<EndOfPart>[]): Promise<ImportReport> {
  const planned = await plan(source, 4);
  for (let batch = 1; batch <= planned.plan.batches; batch++)
    await settle(planned, batch, ends[batch - 1] ?? {});
  return report(planned);
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

describe('settleBatch and writeReport', () => {
  test('join results with the rows that were sent, in the order of the input', async () => {
    const source: Source = { uri: files.write('mixed.csv', text), format: 'csv' };
    const first = await storeResults('r1.ndjson', [
      { input_index: 2, id: 'c', existing: true },
      { input_index: 1, error: { code: 'invalid_value', message: 'no, "never"' } },
      { input_index: 0, id: 'a', created: true },
    ]);
    const second = await storeResults('r2.ndjson', [
      { id: 'd', updated: true },
      { id: 'e', created: true },
      { error: 'old' },
    ]);
    const written = await reportOn(source, { resultsRef: first }, { resultsRef: second });
    expect(written).toMatchObject({
      totals: { rows: 7, created: 2, updated: 1, existing: 1, failed: 3, unknown: 0 },
      imports: [
        { batch: 1, jobId: 'job-1', rows: 4, created: 1, existing: 1, failed: 2 },
        { batch: 2, jobId: 'job-2', rows: 3, created: 1, updated: 1, failed: 1 },
      ],
      importsOmitted: false,
      importsByStatus: { complete: 2 },
      warnings: [],
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
    const lines = read(written.reportNdjsonUri).trimEnd().split('\n');
    expect(lines).toHaveLength(7);
    expect(JSON.parse(lines[1] ?? '')).toEqual({
      row: 2,
      line: 4,
      outcome: 'failed',
      id: null,
      error_code: 'invalid_value',
      error_message: 'no, "never"',
      batch: 1,
      job_id: 'job-1',
    });
    expect(written.failedRowsUri).toMatch(/failed-rows\.csv$/);
    expect(read(written.failedRowsUri)).toBe('name,note\nB,\nbad\nF,"last"\n');
    const summary = JSON.parse(read(written.summaryUri)) as object;
    const { totals, imports, reportUri } = written;
    const facts = { uri: source.uri, format: 'csv', bytes: Buffer.byteLength(text) };
    expect(summary).toMatchObject({ totals, imports, reportUri, source: facts, warnings: [] });
  });

  test('give no file of failed rows when none failed, and the same report when they run again', async () => {
    const source: Source = { uri: files.write('good.ndjson', '{"a":1}\n{"a":2}'), format: 'ndjson' };
    const resultsRef = await storeResults('good.results', [
      { id: 'a', created: true },
      { id: 'b', created: true },
    ]);
    const written = await reportOn(source, { resultsRef });
    expect(written.failedRowsUri).toBeNull();
    const before = read(written.reportUri);
    expect(await reportOn(source, { resultsRef })).toEqual(written);
    expect(read(written.reportUri)).toBe(before);
  });

  test('write failed rows of NDJSON as they were', async () => {
    const source: Source = { uri: files.write('bad.ndjson', '{"a":1}\n  {"a":\n{"a": 2}'), format: 'ndjson' };
    const resultsRef = await storeResults('bad.results', [{ id: 'a', created: true }, { error: 'no' }]);
    const { failedRowsUri } = await reportOn(source, { resultsRef });
    expect(failedRowsUri).toMatch(/failed-rows\.ndjson$/);
    expect(read(failedRowsUri)).toBe('  {"a":\n{"a": 2}\n');
  });

  test('write failed rows with the delimiter of the input', async () => {
    const uri = files.write('semicolons.csv', 'name;note\n"A;1";x\n');
    const source: Source = { uri, format: 'csv', delimiter: ';' };
    const { failedRowsUri } = await reportOn(source, { withoutResult: 'failed' });
    expect(read(failedRowsUri)).toBe('name;note\n"A;1";x\n');
  });

  test('rows of an import without results are unknown with the reason, malformed ones failed all the same', async () => {
    const source: Source = { uri: files.write('gone.csv', text), format: 'csv' };
    const { totals, reportUri } = await reportOn(
      source,
      { status: 'expired', message: 'it is gone' },
      { status: 'not_started', message: 'refused', withoutResult: 'failed', jobId: null },
    );
    expect(totals).toEqual({ rows: 7, created: 0, updated: 0, existing: 0, failed: 4, unknown: 3 });
    const lines = reported(reportUri);
    expect(lines[1]).toEqual(['1', '2', 'unknown', '', 'import_expired', 'it is gone', '1', 'job-1']);
    expect(lines[7]).toEqual(['7', '9', 'failed', '', 'import_not_started', 'refused', '2', '']);
  });

  test('rows are unknown when results carry no input_index and are not as many as the rows', async () => {
    const source: Source = { uri: files.write('few.csv', text), format: 'csv' };
    const resultsRef = await storeResults('few.results', [{ id: 'a', created: true }]);
    const { imports, reportUri } = await reportOn(source, { resultsRef });
    expect(imports[0]).toMatchObject({ rows: 4, unknown: 3, failed: 1 });
    expect(reported(reportUri)[1]?.[5]).toContain('1 results for 3 rows');
  });

  test('a batch that was sent in parts counts each of its rows to its own import', async () => {
    const source: Source = { uri: files.write('parts.csv', text), format: 'csv' };
    const planned = await plan(source, 7);
    const results = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({
        input_index: index,
        id: `r${from + index}`,
        created: true,
      }));
    const { totals } = await settle(
      planned,
      1,
      { range: { from: 0, to: 3 }, jobId: 'left', resultsRef: await storeResults('left', results(0, 3)) },
      { range: { from: 3, to: 5 }, jobId: 'right', resultsRef: await storeResults('right', results(3, 2)) },
      {
        range: { from: 5, to: 6 },
        jobId: null,
        status: 'not_started',
        message: 'no',
        withoutResult: 'failed',
      },
    );
    expect(totals).toMatchObject({ rows: 7, created: 5, failed: 2 });
    const written = await report(planned);
    expect(written.imports).toMatchObject([
      { batch: 1, jobId: 'left', rows: 4, created: 3, failed: 1 },
      { batch: 1, jobId: 'right', rows: 2, created: 2 },
      { batch: 1, jobId: null, rows: 1, failed: 1 },
    ]);
    expect(
      reported(written.reportUri)
        .slice(1)
        .map((line) => [line[3], line[7]]),
    ).toEqual([
      ['r0', 'left'],
      ['r1', 'left'],
      ['', 'left'],
      ['r2', 'left'],
      ['r3', 'right'],
      ['r4', 'right'],
      ['', ''],
    ]);
  });

  test('a list of imports that is too long for a result stands in the summary alone', async () => {
    const rows = 300;
    const source: Source = { uri: files.write('many.csv', `a\n${'x\n'.repeat(rows)}`), format: 'csv' };
    const planned = await plan(source, 1);
    for (let batch = 1; batch <= rows; batch++) {
      await settle(planned, batch, { status: 'expired', message: 'gone '.repeat(200) });
    }
    const written = await report(planned);
    expect(written).toMatchObject({
      imports: [],
      importsOmitted: true,
      importsByStatus: { expired: rows },
      totals: { rows, unknown: rows },
    });
    const { imports } = JSON.parse(read(written.summaryUri)) as { imports: unknown[] };
    expect(imports).toHaveLength(rows);
    expect(imports[rows - 1]).toMatchObject({ batch: rows, status: 'expired' });
  });

  test('fail for good with SourceInvalid when the file has changed', async () => {
    const source: Source = { uri: files.write('changing.csv', text), format: 'csv' };
    const planned = await plan(source, 4);
    files.write('changing.csv', text.replace('A', 'Z'));
    await expect(settle(planned, 1, {})).rejects.toMatchObject({ type: 'SourceInvalid', nonRetryable: true });
  });

  test('fail with StorageUnavailable, worth another try, when results cannot be read or are not those that were stored', async () => {
    const source: Source = { uri: files.write('lost.csv', text), format: 'csv' };
    const stored = await storeResults('lost.results', [{ id: 'a', created: true }]);
    const planned = await plan(source, 4);
    for (const resultsRef of [
      { ...stored, uri: `${stored.uri}-gone` },
      { ...stored, sha256: '0'.repeat(64) },
    ]) {
      const failure = { type: 'StorageUnavailable', nonRetryable: false };
      await expect(settle(planned, 1, { resultsRef })).rejects.toMatchObject(failure);
    }
  });
});

describe('planImport', () => {
  const source = (): Source => ({ uri: files.write('plan.csv', text), format: 'csv' });

  test('gives the plan and a launch key that only this pipeline has', async () => {
    const planned = await plan(source(), 4);
    expect(planned).toMatchObject({
      plan: { rows: 7, batches: 2 },
      warnings: [],
      launchKey: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect((await plan(source(), 2)).launchKey).toBe(planned.launchKey);
    const elsewhere = { workflowExecution: { ...workflowExecution, workflowId: 'import/two' } };
    expect((await plan(source(), 4, activities, elsewhere)).launchKey).not.toBe(planned.launchKey);
  });

  test.each([
    { uri: files.uri('nowhere.csv'), message: /^source\.uri: saw .*nowhere\.csv \(no such file\)/ },
    {
      uri: 's3://bucket/a//b',
      message: /^source\.uri: saw s3:\/\/bucket\/a\/\/b, expected .*no part is empty/,
    },
  ])('refuses $uri with InvalidInput, naming field and form', async ({ uri, message }) => {
    await expect(plan({ uri, format: 'csv' }, 4)).rejects.toMatchObject({
      type: 'InvalidInput',
      nonRetryable: true,
      message: expect.stringMatching(message) as string,
    });
  });

  test('is refused without storage, before anything is imported', async () => {
    const without = createFileActivities({ store: null, ...ports });
    const refusal = { type: 'InvalidInput', message: expect.stringContaining('PRISM_STORAGE') as string };
    await expect(plan(source(), 4, without)).rejects.toMatchObject(refusal);
    const input = { plan: (await plan(source(), 4)).plan, launchKey: 'k', warnings: [] };
    await expect(environment().run(() => without.writeReport(input))).rejects.toMatchObject(refusal);
    const settling = environment().run(() => without.settleBatch({ ...input, batch: 1, imports: [] }));
    await expect(settling).rejects.toMatchObject(refusal);
  });

  test.each([
    [new Error('Ada Lovelace is lost'), 'Unexpected', true],
    [new AssertionError({ message: 'Ada Lovelace is not' }), 'Unexpected', true],
    [new Defect('it cannot be'), 'Unexpected', true],
    [new StorageError('the bucket is away'), 'StorageUnavailable', false],
    [
      Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' }),
      'StorageUnavailable',
      false,
    ],
  ])('%s ends as %s', async (error, type, nonRetryable) => {
    const made = createFileActivities({ store, ...ports, plan: () => Promise.reject(error) });
    const failure: unknown = await plan(source(), 4, made).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ type, nonRetryable });
    expect(wholeError(failure)).not.toContain('Lovelace');
  });

  test('ends for now when no turn comes, is not counted as lost, and has the next one', async () => {
    const memory = new MemoryBudget(16 * 1024 * 1024);
    const lease = await memory.lease(16 * 1024 * 1024, new AbortController().signal);
    const made = createFileActivities({ store, ...ports }, new Turns(memory, 20));
    const env = environment();
    const beats: unknown[] = [];
    env.on('heartbeat', (details: unknown) => beats.push(details));
    const input = { source: source(), batchSize: 4, firstExecutionRunId: 'first-run' };
    await expect(env.run(() => made.planImport(input))).rejects.toMatchObject({
      type: 'StorageUnavailable',
      nonRetryable: false,
      nextRetryDelay: 15_000,
      message: expect.stringContaining('Waiting for its turn') as string,
    });
    expect(beats.at(-1)).toMatchObject({ ended: 1, awaySince: null, lastTriedAt: null });
    lease?.release();
    expect(await plan(source(), 4, made)).toMatchObject({ plan: { rows: 7 } });
  });

  test('of those that have no turn only some wait', async () => {
    const memory = new MemoryBudget(16 * 1024 * 1024);
    const lease = await memory.lease(16 * 1024 * 1024, new AbortController().signal);
    const made = createFileActivities({ store, ...ports }, new Turns(memory, 60_000));
    const all = Array.from({ length: 17 }, () => plan(source(), 4, made));
    await expect(Promise.race(all)).rejects.toMatchObject({ type: 'StorageUnavailable' });
    lease?.release();
    const ends = await Promise.allSettled(all);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(16);
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
