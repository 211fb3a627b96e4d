import { escapeUnseen, neutralText } from '../../core/details/neutral';
import type { ImportReport } from '../../core/pipeline/report';
import { storedLines } from '../../report/stored-lines';
import type { FoundWorkflow } from '../../temporal/finding/find-import';
import type { Config } from '../../config/config';
import type { ObjectStore } from '../../ports/object-store';
import { CommandError } from '../command-error';
import { programLine, withLine } from '../command-line';
import { exitCodes } from '../exit-codes';
import { csvAsObjects, failedCsvRows } from './csv-with-columns';
import { failedJsonRows, jsonRows } from './json-with-columns';
import { endOf, storeOf } from './results-rows';

/** How to print a file of rows with their ids. */
export interface WithColumnsFlags {
  failed: boolean;
  /** Default: the format of the file. */
  format: 'csv' | 'ndjson' | undefined;
  /** Whether it is printed to a terminal, which foreign texts must not control. */
  onTerminal: boolean;
}

/**
 * A pipeline's file as text, with all columns and the outcome of each row: CSV unchanged, with the file's own delimiter
 * and without a byte order mark, or one JSON object per line. Throws a `CommandError` unless the workflow is a pipeline
 * that has ended, and its report has this file.
 */
export async function rowsWithColumns(
  found: FoundWorkflow,
  config: Config,
  { failed, format, onTerminal }: WithColumnsFlags,
): Promise<AsyncIterable<string>> {
  const { workflowId } = found.handle;
  if (found.type === 'trackImport') throw isTracker(workflowId);
  const { resultsFileUri: uri } = (await endOf(found)) as ImportReport;
  if (uri === undefined) throw hasNoFile(workflowId);
  const store = storeOf(config);
  if (!uri.endsWith('.csv')) {
    if (format === 'csv') throw isJson(uri);
    const rows = jsonRows(storedLines(store, uri));
    return mapped(failed ? failedJsonRows(uri, rows) : rows, jsonLine);
  }
  if (format === 'ndjson') return mapped(csvAsObjects(uri, await store.read(uri), failed), jsonLine);
  const text = failed ? failedCsvRows(uri, await store.read(uri)) : wholeText(store, uri);
  return onTerminal ? mapped(text, neutralText) : text;
}

/** The stored text, without a byte order mark. */
async function* wholeText(store: ObjectStore, uri: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(); // drops the byte order mark
  for await (const block of await store.read(uri)) yield decoder.decode(block, { stream: true });
  yield decoder.decode();
}

const jsonLine = (row: string): string => `${escapeUnseen(row)}\n`;

async function* mapped(texts: AsyncIterable<string>, change: (text: string) => string) {
  for await (const text of texts) yield change(text);
}

function isTracker(workflowId: string): CommandError {
  const seen = `with-columns: saw ${JSON.stringify(workflowId)}, a tracker (trackImport)`;
  const message = `${seen}, expected a pipeline (importRecords): a tracker does not know the file.`;
  const [, pipelineId] = /^(.+)\/batch-\d+$/s.exec(workflowId) ?? [];
  const advice =
    pipelineId === undefined
      ? withLine(`${message} Its results without the columns:`, programLine('results', workflowId))
      : withLine(`${message} Its pipeline:`, programLine('results', pipelineId, '--with-columns'));
  return new CommandError(advice, exitCodes.error);
}

function hasNoFile(workflowId: string): CommandError {
  const message =
    `with-columns: the report of ${JSON.stringify(workflowId)} has no resultsFileUri, since its release (0.1.0) wrote ` +
    'no file with all columns. To see its rows by number and line:';
  return new CommandError(withLine(message, programLine('results', workflowId)), exitCodes.error);
}

const isJson = (uri: string): CommandError =>
  new CommandError(
    `format: saw csv, expected ndjson: the rows of ${uri} are JSON, which has no columns`,
    exitCodes.usage,
  );
