import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config';
import type { ImportRow } from '../domain/import-job';
import { sourceSchema, type ImportRecordsInput } from '../domain/import-records';
import { SourceError } from '../domain/source-error';
import { createBatchReader } from '../records/batch-reader';
import { createPlanSource } from '../records/plan-source';
import { createFileStore } from '../storage/file-store';
import { exitCodes } from './exit-codes';
import { CommandError, print } from './output';
import { showProgress } from './progress';

/** What Micro documents for a key (beta guide): requests in a month. */
const monthlyQuota = 1000;
/** Looks at an import of three minutes, by `npm run bench:tracker`; a shorter one takes fewer. */
const pollsPerImport = 19;
const shownRows = 3;
const shownMalformed = 10;

/** What an import would do, as far as the file alone tells. */
export interface DryRun {
  rows: number;
  sendable: number;
  /** Rows that cannot be sent; the first of them with their line and what is wrong. */
  malformed: number;
  malformedRows: { row: number; line: number; reason: string }[];
  batches: number;
  columns: string[];
  warnings: string[];
  /** The first rows as they would be sent. */
  firstRows: ImportRow[];
  /** Requests to the API: one launch a batch, and polls when each import takes three minutes. */
  requests: { launches: number; polls: number; monthlyQuota: number };
}

/** Reads, checks and plans the whole file on this host, without Temporal and without the API. Throws a usage error when it cannot be used. */
export async function dryRun(
  input: ImportRecordsInput,
  { s3Endpoint }: Pick<Config, 's3Endpoint'>,
): Promise<DryRun> {
  const folder = await mkdtemp(join(tmpdir(), 'prism-imports-dry-run-'));
  try {
    const options = { store: createFileStore(folder), s3Endpoint: s3Endpoint ?? undefined };
    return await planAndRead(input, options);
  } catch (error) {
    if (error instanceof SourceError)
      throw new CommandError(error.message, exitCodes.usage, { cause: error });
    throw error;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function planAndRead(
  { source, batchSize = 1000 }: ImportRecordsInput,
  options: Parameters<typeof createPlanSource>[0],
): Promise<DryRun> {
  const { plan, warnings } = await createPlanSource(options)(sourceSchema.parse(source), {
    batchSize,
    folder: 'plan',
  });
  const batches = createBatchReader(options);
  const { columns } = await batches.source(plan);
  const view = showProgress();
  const found: Pick<DryRun, 'malformed' | 'malformedRows' | 'firstRows'> = {
    malformed: 0,
    malformedRows: [],
    firstRows: [],
  };
  try {
    for (let batch = 1; batch <= plan.batches; batch++) {
      for await (const row of batches.read(plan, batch)) {
        if ('row' in row) {
          if (found.firstRows.length < shownRows) found.firstRows.push(row.row);
          continue;
        }
        found.malformed += 1;
        const { rowNumber, line, malformed: reason } = row;
        if (found.malformedRows.length < shownMalformed)
          found.malformedRows.push({ row: rowNumber, line, reason });
      }
      const processed = Math.min(batch * batchSize, plan.rows);
      view.update({ processed, total: plan.rows, text: 'checking' });
    }
  } finally {
    view.stop();
  }
  const requests = { launches: plan.batches, polls: plan.batches * pollsPerImport, monthlyQuota };
  const sendable = plan.rows - found.malformed;
  return { rows: plan.rows, sendable, batches: plan.batches, columns, warnings, ...found, requests };
}

/** The dry run for people. It shows rows: it is their own file, on their own terminal. */
export function printDryRun(found: DryRun): void {
  const { rows, sendable, malformed, malformedRows, batches, columns, warnings, firstRows, requests } = found;
  print(
    `Rows: ${rows}, of which ${sendable} can be sent in ${batches} imports and ${malformed} cannot be read`,
  );
  for (const { row, line, reason } of malformedRows) print(`  row ${row}, line ${line}: ${reason}`);
  if (malformed > malformedRows.length) print(`  and ${malformed - malformedRows.length} more`);
  if (columns.length > 0)
    print(`Columns: ${columns.slice(0, 50).join(', ')}${columns.length > 50 ? ', …' : ''}`);
  for (const warning of warnings) print(`Warning: ${warning}`);
  print('The first rows as they would be sent:');
  for (const row of firstRows) print(`  ${JSON.stringify(row)}`);
  const { launches, polls, monthlyQuota: quota } = requests;
  print(
    `Requests: ${launches} to launch and about ${polls} to follow, when each import takes three minutes;`,
  );
  print(
    `  Micro documents ${quota} a month for a key (beta guide)${launches + polls > quota ? ': this is more' : ''}.`,
  );
  print('Nothing was sent.');
}
