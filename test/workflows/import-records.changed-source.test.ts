import { readFileSync, rmSync, truncateSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ApplicationFailure } from '@temporalio/workflow';
import { earlyReportSchema, type EarlyReport } from '../../src/core/pipeline/report';
import { progressQuery } from '../../src/workflows/messages';
import { executions, sentAgain } from '../support/accounting';
import { until } from '../support/until';
import { launches, organizations, pipelineRigs, readReport, smallBatches } from '../support/pipeline-rig';
import type { PipelineHandle } from '../support/pipeline-rig';

const rig = pipelineRigs();
const rows = 100;
const perBatch = 10;
const text = organizations(rows);

async function failureOf(
  handle: PipelineHandle,
): Promise<{ failure: ApplicationFailure; report: EarlyReport }> {
  const error: unknown = await handle.result().catch((reason: unknown) => reason);
  const failure = error instanceof Error ? error.cause : null;
  if (!(failure instanceof ApplicationFailure)) throw new Error('no failure', { cause: error });
  return { failure, report: earlyReportSchema.parse(failure.details?.[0]) };
}

const lengthOf = (lines: number) => text.split('\n').slice(0, lines).join('\n').length + 1;

describe.each([
  { say: 'is shortened', change: (path: string) => truncateSync(path, lengthOf(86)) },
  { say: 'is deleted', change: (path: string) => rmSync(path) },
])('a file of ten batches that $say after the third was accepted', ({ change }) => {
  test.each([{ maxConcurrentImports: 1 }, { maxConcurrentImports: 3 }])(
    'ends the pipeline with a report of what was created: %j',
    async (input) => {
      const { start, emulator, files } = await rig(smallBatches);
      emulator.controller.addRule({
        operation: 'import',
        respond: ({ nth }) => {
          if (nth === 3) change(`${files.folder}/input.csv`);
          return undefined;
        },
      });
      const { failure, report } = await failureOf(await start(text, { batchSize: perBatch, ...input }));
      const created = emulator.controller.counts().organization ?? 0;
      expect(failure).toMatchObject({
        type: 'SourceInvalid',
        message: expect.stringContaining(report.reportUri) as string,
      });
      expect(created).toBe(launches(emulator).length * perBatch);
      expect(created).toBeGreaterThanOrEqual(30);
      expect(created).toBeLessThan(rows);
      expect(report.totals).toEqual({
        rows,
        created,
        updated: 0,
        existing: 0,
        failed: rows - created,
        unknown: 0,
      });
      const lines = readReport(report.reportUri);
      expect(lines.map(({ row }) => Number(row))).toEqual(lines.map((_, index) => index + 1));
      expect(lines).toHaveLength(rows);
      for (const { outcome, id, error_message: message } of lines) {
        if (outcome === 'created') expect(id).not.toBe('');
        else expect(message).toBe('not sent: the source changed');
      }
      expect(sentAgain(launches(emulator))).toEqual([]);
      expect(new Set(executions(launches(emulator)).values())).toEqual(new Set([1]));
      const summary = JSON.parse(readFileSync(fileURLToPath(report.summaryUri), 'utf8')) as {
        imports: object[];
      };
      expect(summary.imports).toHaveLength(rows / perBatch);
    },
  );
});

test('batches whose own bytes changed while they were in flight are settled all the same', async () => {
  const { start, emulator, files } = await rig(smallBatches);
  emulator.controller.addRule({
    operation: 'import',
    respond: ({ nth }) => {
      if (nth === 3) files.write('input.csv', text.replaceAll('Org', 'Gro'));
      return undefined;
    },
  });
  const { report } = await failureOf(await start(text, { batchSize: perBatch, maxConcurrentImports: 3 }));
  const { created, failed, unknown } = report.totals;
  expect(created).toBe(emulator.controller.counts().organization);
  expect([created + failed, unknown]).toEqual([rows, 0]);
  expect(JSON.stringify(launches(emulator))).not.toContain('Gro');
});

test('a file that is gone before the report is written leaves a report without its rows', async () => {
  const { start, emulator, files } = await rig({ emulator: { asyncThreshold: 1000 } });
  emulator.controller.addRule({
    operation: 'import',
    respond: ({ nth }) => {
      if (nth === 10) rmSync(`${files.folder}/input.csv`);
      return undefined;
    },
  });
  const { report } = await failureOf(await start(text, { batchSize: perBatch, maxConcurrentImports: 1 }));
  expect(report.totals).toMatchObject({ rows, created: rows, failed: 0, unknown: 0 });
  expect(readReport(report.reportUri).map(({ row }) => Number(row))).toHaveLength(rows);
});

test('rows that could not be sent are counted as failed or unknown when nobody can tell which they were', async () => {
  const { start, emulator, files } = await rig(smallBatches);
  emulator.controller.addRule({
    operation: 'import',
    respond: ({ nth }) => {
      if (nth === 1) rmSync(`${files.folder}/input.csv`);
      return undefined;
    },
  });
  const withBadRow = organizations(40, { 5: 'one,cell,too many' });
  const { report } = await failureOf(await start(withBadRow, { batchSize: 20, maxConcurrentImports: 1 }));
  expect(report.totals).toMatchObject({ rows: 40, created: 19, failed: 20, unknown: 1 });
  expect(emulator.controller.counts().organization).toBe(19);
  const placed = readReport(report.reportUri).map(({ row }) => row);
  expect(new Set(placed.slice(0, 20))).toEqual(new Set(['']));
  expect(placed[20]).toBe('21');
});

test('a key that is refused before another batch is accepted leaves a report', async () => {
  const { start, emulator } = await rig(smallBatches);
  let handle: PipelineHandle | null = null;
  const isRefused = async () => (await handle?.query(progressQuery))?.batches.started === 1;
  emulator.controller.addRule({
    operation: 'import',
    respond: async ({ body }) => {
      if (JSON.stringify(body).includes('"Org 1"')) return { status: 403 };
      await until(async () => launches(emulator).length > 0 && (await isRefused()));
      return undefined;
    },
  });
  handle = await start(organizations(60), { batchSize: 30, maxConcurrentImports: 2 });
  const { failure, report } = await failureOf(handle);
  expect(failure.type).toBe('PrismForbidden');
  expect(report.totals).toMatchObject({ rows: 60, created: 30, failed: 30, unknown: 0 });
});

test('rows that waited to be launched again tell how their import failed', async () => {
  const { start, emulator, files } = await rig(smallBatches);
  const failed = { code: 'import_worker_failed', message: 'out of memory' };
  const isFirst = { operation: 'import', nth: 1 } as const;
  emulator.controller.addRule({ ...isFirst, job: { end: { failed, at: 0 }, duration: '1s' } });
  const respond = () => {
    rmSync(`${files.folder}/input.csv`);
    return undefined;
  };
  emulator.controller.addRule({ operation: 'import', nth: 2, respond });
  const options = { dedupe_by: 'primary_domain' };
  const input = { batchSize: perBatch, maxConcurrentImports: 2, options };
  const { report } = await failureOf(await start(organizations(40), input));
  expect(launches(emulator)).toHaveLength(3);
  expect(report.totals).toMatchObject({ rows: 40, created: 20, unknown: 10, failed: 10 });
  const unknown = readReport(report.reportUri).filter(({ outcome }) => outcome === 'unknown');
  expect(unknown.map(({ error_message: message }) => message)).toEqual(
    Array(perBatch).fill(expect.stringContaining('out of memory')),
  );
});
