import { ApplicationFailure } from '@temporalio/workflow';
import type { ImportRecordsInput } from '../../src/core/pipeline/input';
import {
  pipelineRigs,
  importPath,
  launches,
  organizations,
  readReport,
  smallBatches,
  type PipelineHandle,
} from '../support/pipeline-rig';

const rig = pipelineRigs();

/** The failure that ended a pipeline. */
async function failureOf(
  handle: PipelineHandle,
): Promise<{ type: string | null | undefined; message: string }> {
  const error: unknown = await handle.result().then(
    () => null,
    (reason: unknown) => reason,
  );
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure) return { type: cause.type, message: cause.message };
  }
  throw new Error('the pipeline did not fail', { cause: error });
}

describe('an answer that leaves open whether the batch was imported', () => {
  const unclear = [{ status: 503 }, 'reset-before', 'reset-after'] as const;

  test('without dedupe_by nothing is sent again, the rows are unknown and the report says why', async () => {
    const { start, emulator } = await rig(smallBatches);
    for (const respond of unclear)
      emulator.controller.addRule({ method: 'POST', path: importPath, times: 1, respond });
    const report = await (
      await start(organizations(40), { batchSize: 10, maxConcurrentImports: 1 })
    ).result();
    expect(report.totals).toMatchObject({ rows: 40, created: 10, unknown: 30 });
    for (const batch of report.imports.slice(0, 3)) {
      const message = expect.stringContaining('without dedupe_by') as string;
      expect(batch).toMatchObject({ status: 'not_started', jobId: null, unknown: 10, message });
    }
    const lines = readReport(report.reportUri).slice(0, 30);
    for (const line of lines)
      expect(line).toMatchObject({ outcome: 'unknown', error_code: 'import_not_started' });
    expect(report.failedRowsUri).toBeNull();
    expect(launches(emulator)).toHaveLength(4);
  });

  test('with dedupe_by the batch is sent again under the same key until it is clear', async () => {
    const { start, emulator } = await rig(smallBatches);
    for (const respond of unclear)
      emulator.controller.addRule({ method: 'POST', path: importPath, times: 1, respond });
    const report = await (
      await start(organizations(20), { options: { dedupe_by: 'primary_domain' }, batchSize: 20 })
    ).result();
    expect(report.totals).toMatchObject({ rows: 20, created: 20, unknown: 0 });
    expect(emulator.controller.counts().organization).toBe(20);
    expect(launches(emulator)).toHaveLength(4);
    expect(new Set(launches(emulator).map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  });
});

test.each([{ options: {} }, { options: { dedupe_by: 'primary_domain' } }])(
  'waits as long as a 429 says and sends the batch again, under the same key: %j',
  async ({ options }) => {
    const { start, emulator } = await rig(smallBatches);
    const respond = { status: 429, headers: { 'retry-after': '600' } };
    emulator.controller.addRule({ method: 'POST', path: importPath, times: 2, respond });
    const report = await (await start(organizations(20), { batchSize: 20, options })).result();
    expect(report.totals).toMatchObject({ rows: 20, created: 20 });
    expect(new Set(launches(emulator).map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    const times = launches(emulator).map(({ at }) => Date.parse(at));
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1_200_000);
  },
);

test('rows of a batch whose options the API calls invalid are failed with its message, ready to be imported again', async () => {
  const { start, emulator } = await rig(smallBatches);
  const errors = [{ field: '.body.options.list_id', message: 'no such list' }];
  const body = { error: { code: 'invalid_request', message: 'Request validation failed', errors } };
  emulator.controller.addRule({ method: 'POST', path: importPath, times: 1, respond: { status: 400, body } });
  const report = await (await start(organizations(20), { batchSize: 10, maxConcurrentImports: 1 })).result();
  expect(report.totals).toMatchObject({ created: 10, failed: 10, unknown: 0 });
  expect(readReport(report.reportUri)[0]?.['error_message']).toContain('no such list');
  expect(readReport(report.failedRowsUri)).toHaveLength(10);
  expect(launches(emulator)).toHaveLength(2);
});

test('a key refused before anything was imported ends the pipeline', async () => {
  const { start, emulator } = await rig({ emulator: { apiKey: 'another-key' } });
  expect(await failureOf(await start(organizations(5)))).toMatchObject({ type: 'PrismForbidden' });
  expect(emulator.controller.counts().organization).toBe(0);
});

test('a key refused later is tried again until it works', async () => {
  const { start, emulator } = await rig(smallBatches);
  emulator.controller.addRule({
    method: 'POST',
    path: importPath,
    times: 4,
    respond: ({ nth }) => (nth === 1 ? undefined : { status: 403 }),
  });
  const report = await (await start(organizations(20), { batchSize: 10, maxConcurrentImports: 1 })).result();
  expect(report.totals).toMatchObject({ created: 20 });
  expect(launches(emulator)).toHaveLength(5);
});

test('a file that changes meanwhile ends the pipeline', async () => {
  const { start, emulator, files } = await rig(smallBatches);
  emulator.controller.addRule({
    method: 'POST',
    path: importPath,
    times: 1,
    respond: () => {
      files.write('input.csv', organizations(20, { 11: 'Other,other.example' }));
      return undefined;
    },
  });
  const failure = await failureOf(await start(organizations(20), { batchSize: 10, maxConcurrentImports: 1 }));
  expect(failure).toMatchObject({
    type: 'SourceInvalid',
    message: expect.stringContaining('changed since') as string,
  });
});

describe('bad input', () => {
  test.each([
    { input: { teamId: '' }, says: 'teamId: saw ""' },
    { input: { batchSize: -1 }, says: 'batchSize: saw -1, expected a whole number from 1' },
    { input: { polling: { initialInterval: 'soon' } }, says: 'polling.initialInterval: saw "soon"' },
    {
      input: { source: { uri: 'file:///nowhere/at-all.csv', format: 'csv' } },
      says: 'source.uri: saw file:///nowhere/at-all.csv (no such file)',
    },
  ] as { input: Partial<ImportRecordsInput>; says: string }[])(
    '$says fails the pipeline with InvalidInput',
    async ({ input, says }) => {
      const { start } = await rig();
      const failure = await failureOf(await start(organizations(5), input));
      expect(failure).toMatchObject({
        type: 'InvalidInput',
        message: expect.stringContaining(says) as string,
      });
    },
  );

  test('no storage fails the pipeline with InvalidInput before anything is sent', async () => {
    const { start, emulator } = await rig({ withoutStore: true });
    expect(await failureOf(await start(organizations(5)))).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('PRISM_STORAGE') as string,
    });
    expect(emulator.controller.journal).toHaveLength(0);
  });
});
