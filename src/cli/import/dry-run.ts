import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/config';
import { dedupeProperty } from '../../core/pipeline/dedupe-value';
import { importRecordsInputSchema, type ImportRecordsInput } from '../../core/pipeline/input';
import type { PlanRef } from '../../core/pipeline/plan';
import type { Source } from '../../core/pipeline/source';
import { SourceError } from '../../ports/source-error';
import { createBatchReader } from '../../sources/batch-reader';
import { rowFormats } from '../../sources/formats/row-formats';
import type { Destination } from '../../sources/formats/row-format';
import { createPlanSource } from '../../sources/plan-source';
import type { SourceOptions } from '../../sources/source-options';
import { createFileStore } from '../../storage/file-store';
import { S3Objects } from '../../storage/s3-objects';
import { createSourceOpener } from '../../storage/source-opener';
import { RequestCount } from './count-requests';
import type { DryRun } from './dry-run-text';
import type { LiveCheck } from './live-check/live-check';
import { exitCodes } from '../exit-codes';
import { onInterrupt } from '../terminal/follow-result';
import { CommandError } from '../command-error';
import { showProgress, type ProgressView } from '../terminal/progress';
import type { BatchReader } from '../../ports/batch-reader';

const shownRows = 3;
const shownMalformed = 10;
const progressBytes = 64 * 1024 * 1024;

/**
 * Reads, validates and plans the whole file on this host, without Temporal or the API. Uses disk space in the system's
 * temporary folder, and removes it at the end. A live check examines each row that can be sent. Throws a usage error if
 * the file cannot be used.
 */
export async function dryRun(
  input: ImportRecordsInput,
  { s3Endpoint }: Pick<Config, 's3Endpoint'>,
  live: LiveCheck | null = null,
): Promise<DryRun> {
  const { source, options: asked, batchSize } = importRecordsInputSchema.parse(input);
  const view = showProgress();
  const interrupt = onInterrupt();
  let isInterrupted = false;
  void interrupt.promise.then(() => {
    isInterrupted = true;
  });
  const viewUnlessInterrupted = (): ProgressView => {
    if (isInterrupted) throw new CommandError('Interrupted. Nothing was sent.', exitCodes.interrupted);
    return view;
  };
  const folder = await mkdtemp(join(tmpdir(), 'prism-imports-dry-run-'));
  try {
    const opener = createSourceOpener(new S3Objects(s3Endpoint), null);
    const options = { store: createFileStore(folder), opener, dedupeBy: dedupeProperty(asked) };
    return await planAndRead(source, batchSize, { ...options, live }, viewUnlessInterrupted);
  } catch (error) {
    if (error instanceof SourceError)
      throw new CommandError(error.message, exitCodes.usage, { cause: error });
    throw error;
  } finally {
    view.stop();
    await rm(folder, { recursive: true, force: true });
    interrupt.dispose();
  }
}

async function planAndRead(
  source: Source,
  batchSize: number,
  { live, dedupeBy, ...options }: SourceOptions & { live: LiveCheck | null; dedupeBy: string | null },
  viewUnlessInterrupted: () => ProgressView,
): Promise<DryRun> {
  const onProgress = (bytes: number) => {
    const view = viewUnlessInterrupted();
    const megabytes = (Math.floor(bytes / progressBytes) * progressBytes) / 1_048_576;
    if (megabytes > 0) view.update({ processed: null, total: null, text: `reading, ${megabytes} MiB` });
  };
  const {
    plan,
    findings = [],
    warnings,
  } = await createPlanSource(options)(source, {
    batchSize,
    folder: 'plan',
    dedupeBy,
    isOwnFile: true,
    onProgress,
  });
  const batches = createBatchReader(options);
  const { columns, form, leftOut } = await batches.source(plan);
  const { requests, ...rows } = await checkRows(plan, batches, live, viewUnlessInterrupted);
  return {
    rows: plan.rows,
    sendable: plan.rows - rows.malformed,
    ...rows,
    leftOut: {
      empty: leftOut?.empty.rows ?? 0,
      repeatedHeaders: leftOut?.repeatedHeaders.rows ?? 0,
    },
    batches: plan.batches,
    columns: rowFormats[form.format].destinations(source, form, columns).map(describe),
    findings,
    warnings,
    requests: requests.expected(),
    live: live?.findings() ?? null,
  };
}

/** Checks every row, batch by batch as the pipeline would. */
async function checkRows(
  plan: PlanRef,
  batches: BatchReader,
  live: LiveCheck | null,
  viewUnlessInterrupted: () => ProgressView,
) {
  const found: Pick<DryRun, 'malformed' | 'malformedRows' | 'firstRows'> = {
    malformed: 0,
    malformedRows: [],
    firstRows: [],
  };
  let processed = 0;
  const requests = new RequestCount();
  for (let batch = 1; batch <= plan.batches; batch++) {
    let sendable = 0;
    for await (const row of batches.read(plan, batch)) {
      processed += 1;
      if ('row' in row) {
        sendable += 1;
        live?.add(row.row.read(), row.line);
        if (found.firstRows.length < shownRows) found.firstRows.push(row.row);
        continue;
      }
      found.malformed += 1;
      const { rowNumber, line, malformed: reason } = row;
      if (found.malformedRows.length < shownMalformed)
        found.malformedRows.push({ row: rowNumber, line, reason });
    }
    requests.add(sendable);
    viewUnlessInterrupted().update({ processed, total: plan.rows, text: 'checking' });
  }
  return { ...found, requests };
}

/** The target of a column; columns that are left out have no property. */
const describe = ({ column, target }: Destination): DryRun['columns'][number] => ({
  column,
  ...(target ?? { property: null, type: 'string', separator: null }),
});
