import { once } from 'node:events';
import { Command, Option } from 'commander';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { loadConfig, type Config } from '../config';
import { rowOutcome, rowResultSchema, type RowResult } from '../domain/import-job';
import { trackerWorkflowId } from '../domain/ids';
import type { ImportReport } from '../domain/import-report';
import type { ImportOutcome } from '../domain/outcome';
import { csvLine, reportLineSchema, type ReportLine } from '../domain/report-line';
import type { ObjectStore } from '../domain/storage';
import { openStore } from '../storage/open-store';
import { storedLines } from '../storage/stored-lines';
import { connectClient } from '../temporal/connection';
import { exitCodes } from './exit-codes';
import { jsonOption, teamOption } from './options';
import { CommandError } from './output';

type Format = 'table' | 'csv' | 'ndjson';
type Row = Pick<ReportLine, 'row' | 'outcome' | 'id' | 'error_code' | 'error_message'>;

interface ResultsFlags {
  team?: string;
  format?: Format;
  failed: boolean;
  json: boolean;
}

/** `prism-imports results ID` */
export function resultsCommand(): Command {
  return new Command('results')
    .description(
      'print what became of each row of an import that has ended, as it is read: it may have any size',
    )
    .argument('<id>', "a pipeline's or a tracker's workflow id, or a job id (with --team or MICRO_TEAM_ID)")
    .addOption(teamOption())
    .addOption(
      new Option('--format <format>', 'default: table on a terminal, else ndjson').choices([
        'table',
        'csv',
        'ndjson',
      ]),
    )
    .option('--failed', 'only the rows that failed', false)
    .addOption(jsonOption())
    .action(async (id: string, flags: ResultsFlags) => {
      const config = loadConfig();
      const client = await connectClient(config.temporal);
      try {
        const handle = await findWorkflow(client, id, flags.team ?? config.micro.teamId);
        const rows = await rowsOf(handle, config);
        const format = flags.json ? 'ndjson' : (flags.format ?? (process.stdout.isTTY ? 'table' : 'ndjson'));
        await printRows(rows, format, flags.failed);
      } finally {
        await client.connection.close();
      }
    });
}

interface Found {
  handle: WorkflowHandle;
  type: string;
  status: string;
}

async function findWorkflow(client: Client, id: string, teamId: string | null): Promise<Found> {
  const ids = [id, ...(teamId === null ? [] : [trackerWorkflowId(teamId, id)])];
  for (const workflowId of ids) {
    const handle = client.workflow.getHandle(workflowId);
    const described = await handle.describe().catch((error: unknown) => {
      if ((error as Error).name === 'WorkflowNotFoundError') return null;
      throw error;
    });
    if (described !== null) return { handle, type: described.type, status: described.status.name };
  }
  throw new CommandError(
    `There is no workflow ${ids.map((each) => JSON.stringify(each)).join(' or ')}: give a workflow id, or a job id with its --team.`,
    exitCodes.error,
  );
}

async function rowsOf(
  { handle, type, status }: Found,
  config: Config,
): Promise<AsyncIterable<Row> | Iterable<Row>> {
  if (status === 'RUNNING') {
    throw new CommandError(
      `${handle.workflowId} has not ended yet: its results come with its end.`,
      exitCodes.error,
    );
  }
  if (type === 'importRecords') {
    const report = (await handle.result()) as ImportReport;
    return reportRows(storeOf(config), report.reportNdjsonUri);
  }
  if (type === 'trackImport') return trackedRows((await handle.result()) as ImportOutcome, config);
  throw new CommandError(
    `${handle.workflowId} is of type ${type}, neither a pipeline nor a tracker.`,
    exitCodes.error,
  );
}

async function* reportRows(store: ObjectStore, uri: string): AsyncGenerator<Row> {
  for await (const line of storedLines(store, uri)) yield reportLineSchema.parse(JSON.parse(line));
}

function trackedRows(outcome: ImportOutcome, config: Config): AsyncIterable<Row> | Iterable<Row> {
  const { jobId, status } = outcome;
  if (status === 'expired' || status === 'timed_out') {
    const code = status === 'expired' ? exitCodes.expired : exitCodes.timedOut;
    throw new CommandError(`Import ${jobId} ended as ${status}: there are no results of it.`, code);
  }
  const { resultsRef, resultsOmitted, job } = outcome;
  if (resultsRef !== null) return resultRows(storedResults(storeOf(config), resultsRef.uri));
  if (job.results) return resultRows(job.results);
  const why = resultsOmitted
    ? 'were left out: set PRISM_STORAGE before it is tracked'
    : 'were not given by the API';
  throw new CommandError(`The results of import ${jobId} ${why}.`, exitCodes.error);
}

async function* storedResults(store: ObjectStore, uri: string): AsyncGenerator<RowResult> {
  for await (const line of storedLines(store, uri)) yield rowResultSchema.parse(JSON.parse(line));
}

async function* resultRows(results: AsyncIterable<RowResult> | Iterable<RowResult>): AsyncGenerator<Row> {
  let position = 0;
  for await (const result of results) {
    position += 1;
    const error = typeof result.error === 'string' ? { message: result.error } : result.error;
    yield {
      row: (result.input_index ?? position - 1) + 1,
      outcome: rowOutcome(result),
      id: result.id ?? null,
      error_code: error?.code ?? null,
      error_message: error?.message ?? null,
    };
  }
}

function storeOf({ storage, s3Endpoint }: Config): ObjectStore {
  if (storage !== null) return openStore(storage, { endpoint: s3Endpoint ?? undefined });
  throw new CommandError(
    'PRISM_STORAGE: saw nothing, expected the storage of the workers, where the results are.',
    exitCodes.usage,
  );
}

const columns = ['row', 'outcome', 'id', 'error_code', 'error_message'] as const;
const widths = [9, 9, 36, 20, 0];

const lines: Record<Format, { head: string; line: (row: Row) => string }> = {
  ndjson: { head: '', line: (row) => `${JSON.stringify(row)}\n` },
  csv: { head: csvLine(columns), line: (row) => csvLine(columns.map((column) => String(row[column] ?? ''))) },
  table: {
    head: tableLine(columns),
    line: (row) => tableLine(columns.map((column) => String(row[column] ?? '').replace(/\s+/g, ' '))),
  },
};

function tableLine(cells: readonly string[]): string {
  return `${cells
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join('  ')
    .trimEnd()}\n`;
}

/** Prints as fast as the reader takes it, and stops when the reader has gone. */
async function printRows(
  rows: AsyncIterable<Row> | Iterable<Row>,
  format: Format,
  failedOnly: boolean,
): Promise<void> {
  const { stdout } = process;
  const { head, line } = lines[format];
  if (head !== '') stdout.write(head);
  for await (const row of rows) {
    if (failedOnly && row.outcome !== 'failed') continue;
    const { row: number, outcome, id, error_code, error_message } = row;
    const text = line({ row: number, outcome, id, error_code, error_message });
    if (stdout.destroyed || stdout.errored) return;
    if (!stdout.write(text))
      await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
  }
}
