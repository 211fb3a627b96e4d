import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { neutralJson, neutralText } from '../../core/details/neutral';
import { loadConfig, type Config } from '../../config/config';
import { csvLine, textCell } from '../../report/report-line';
import { connect } from '../connect';
import { drawable } from '../terminal/ascii';
import { findImport, type FoundWorkflow } from '../../temporal/finding/find-import';
import { exitCodes } from '../exit-codes';
import { CommandError } from '../command-error';
import { resultRows, type ResultRow, type ResultRows } from './results-rows';
import { rowsWithColumns } from './with-columns';

/** Output format of rows. */
export type ResultsFormat = 'table' | 'csv' | 'ndjson';

/** Options of `results`. */
export interface ResultsFlags {
  team?: string;
  format?: ResultsFormat;
  failed: boolean;
  withColumns: boolean;
  json: boolean;
}

/** `prism-imports results ID` */
export async function runResults(id: string, flags: ResultsFlags): Promise<void> {
  if (id === '') throw new CommandError('id: saw "", expected a workflow id or a job id', exitCodes.usage);
  if (flags.withColumns && flags.format === 'table')
    throw new CommandError(
      'format: saw table with --with-columns, expected csv or ndjson: a table cannot hold any number of columns',
      exitCodes.usage,
    );
  const config = loadConfig();
  const client = await connect(config);
  try {
    const found = await findImport(client, {
      id,
      teamId: flags.team ?? config.micro.teamId,
      first: 'outcome',
    });
    if (flags.withColumns) return await printAll(await fileRows(found, config, flags));
    const results = await resultRows(found, config, flags.failed);
    await printAll(rowsAsText(results, flags));
    if ('failure' in results) throw results.failure;
  } finally {
    await client.connection.close();
  }
}

const fileRows = (found: FoundWorkflow, config: Config, { json, format, failed }: ResultsFlags) =>
  rowsWithColumns(found, config, {
    failed,
    format: json ? 'ndjson' : format === 'table' ? undefined : format,
    onTerminal: process.stdout.isTTY,
  });

function rowsAsText(results: ResultRows, flags: ResultsFlags): AsyncIterable<string> {
  const format = flags.json ? 'ndjson' : (flags.format ?? (process.stdout.isTTY ? 'table' : 'ndjson'));
  return formatRows(results, format, flags.failed);
}

async function* formatRows(
  { columns, rows: all }: ResultRows,
  format: ResultsFormat,
  failedOnly: boolean,
): AsyncGenerator<string> {
  const { head, line } = writers[format](columns);
  yield head;
  for await (const row of all) if (!failedOnly || row['outcome'] === 'failed') yield line(row);
}

/** Writes the head and each row. */
type Writer = (columns: readonly string[]) => { head: string; line: (row: ResultRow) => string };

const rowCells = (columns: readonly string[], row: ResultRow) =>
  columns.map((column) => String(row[column] ?? ''));

const writers: Record<ResultsFormat, Writer> = {
  ndjson: (columns) => ({
    head: '',
    line: (row) => `${neutralJson(Object.fromEntries(columns.map((column) => [column, row[column]])))}\n`,
  }),
  csv: (columns) => ({
    head: csvLine(columns),
    line: (row) => neutralText(csvLine(rowCells(columns, row).map(textCell))),
  }),
  table: (columns) => {
    // The row's origin and job do not fit beside its result.
    const shown = columns.filter((column) => column !== 'batch' && column !== 'job_id');
    return {
      head: tableLine(shown, shown),
      line: (row) => tableLine(shown, rowCells(shown, row)),
    };
  },
};

/** Usual widths of cells: rows are streamed, so the actual widths are unknown. */
const widths: Record<string, number> = { row: 9, line: 9, outcome: 8, id: 36, error_code: 20 };

function tableLine(columns: readonly string[], cells: readonly string[]): string {
  const padded = cells.map((cell, index) =>
    neutralText(cell.replace(/\s+/g, ' ')).padEnd(widths[columns[index] ?? ''] ?? 0),
  );
  return `${drawable(padded.join('  ').trimEnd())}\n`;
}

/** Output is written in blocks of this many characters. */
const blockLength = 16_384;

async function* inBlocks(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let block = '';
  for await (const text of texts) {
    block += text;
    if (block.length < blockLength) continue;
    yield block;
    block = '';
  }
  if (block !== '') yield block;
}

/** Writes as fast as the reader reads; a reader that closes the pipe is no error. */
async function printAll(text: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(inBlocks(text), { highWaterMark: 1 }), process.stdout, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
