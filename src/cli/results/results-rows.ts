import type { Config } from '../../config/config';
import { rowOutcome, rowResultSchema, type RowResult } from '../../core/api/import-job';
import type { EarlyReport, ImportReport } from '../../core/pipeline/report';
import { endStatuses } from '../../core/tracker/end-statuses';
import type { IndexedResult } from '../../core/tracker/get-import-status';
import type { FinishedOutcome, ImportOutcome } from '../../core/tracker/outcome';
import { rowsResults } from '../../client/rows-results';
import { reportColumns, reportLineSchema } from '../../report/report-line';
import { openStore } from '../../storage/open-store';
import { S3Objects } from '../../storage/s3-objects';
import { checkedLines, storedLines } from '../../report/stored-lines';
import type { FoundWorkflow } from '../../temporal/finding/find-import';
import { earlyReportOf } from '../early-report';
import { exitCodes } from '../exit-codes';
import { CommandError } from '../command-error';
import { attachLine, programLine, withLine } from '../command-line';
import type { ObjectStore } from '../../ports/object-store';

/** The result of one row, by column. */
export type ResultRow = Partial<Record<string, string | number | null>>;

/** A stream of rows, and their columns in order. */
export interface ResultRows {
  columns: readonly string[];
  rows: AsyncIterable<ResultRow>;
  /** The failure of a pipeline that failed but left a report; otherwise absent. */
  failure?: unknown;
}

/**
 * The rows of an import that has ended: the lines of a pipeline's report, or a tracked import's results in the API's
 * order. Throws a `CommandError` if the workflow is running, is no import, or has no results that can be read here.
 * Throws its failure if it failed without a report.
 */
export async function resultRows(
  found: FoundWorkflow,
  config: Config,
  failedOnly: boolean,
): Promise<ResultRows> {
  const end: unknown = await endOf(found).catch((error: unknown) => {
    const report = earlyReportOf(error);
    if (report === null) throw error;
    return { ...report, failure: error };
  });
  return found.type === 'importRecords'
    ? reported(end as Parameters<typeof reported>[0], config)
    : tracked(end as ImportOutcome, config, failedOnly);
}

/**
 * What a pipeline or tracker returned. Throws a `CommandError` if it is running, or is neither; throws its failure if
 * it failed.
 */
export async function endOf({ handle, type, isRunning }: FoundWorkflow): Promise<unknown> {
  const { workflowId } = handle;
  if (type !== 'importRecords' && type !== 'trackImport') {
    const message = `The workflow ${JSON.stringify(workflowId)} is of type ${type}, neither a pipeline nor a tracker.`;
    throw new CommandError(message, exitCodes.error);
  }
  if (isRunning) {
    const line = type === 'importRecords' ? attachLine(workflowId) : programLine('describe', workflowId);
    const message = `The workflow ${JSON.stringify(workflowId)} has not ended yet; its results come at the end. To see its progress:`;
    throw new CommandError(withLine(message, line), exitCodes.error);
  }
  return handle.result();
}

/** The lines of a pipeline's report, with the failure if it failed. */
function reported(end: ImportReport | (EarlyReport & { failure: unknown }), config: Config): ResultRows {
  const { reportNdjsonUri: uri } = end;
  const lines = storedLines(storeOf(config), uri);
  return {
    ...('failure' in end && { failure: end.failure }),
    columns: reportColumns,
    rows: parsed(uri, lines, (value) => reportLineSchema.parse(value)),
  };
}

function tracked(outcome: ImportOutcome, config: Config, failedOnly: boolean): ResultRows {
  const { jobId, status } = outcome;
  if (!('job' in outcome)) {
    const message = `Import ${jobId} ended as ${status} and has no results.`;
    throw new CommandError(message, endStatuses[status].exitCode);
  }
  const { results, isComplete } = resultsOf(outcome, config, failedOnly);
  return {
    columns: ['row', 'outcome', 'id', 'error_code', 'error_message'],
    rows: numbered(results, isComplete),
  };
}

function resultsOf(
  outcome: FinishedOutcome,
  config: Config,
  failedOnly: boolean,
): { results: AsyncIterable<IndexedResult> | Iterable<IndexedResult>; isComplete: boolean } {
  const found = rowsResults(outcome, failedOnly);
  if ('missing' in found) {
    const message = `The results of import ${outcome.jobId} ${whyMissing[found.missing]}.`;
    throw new CommandError(message, exitCodes.error);
  }
  if ('results' in found) return found;
  const lines = checkedLines(storeOf(config), found.resultsRef);
  const results = parsed(found.resultsRef.uri, lines, (value) => rowResultSchema.parse(value));
  return { results: indexed(results), isComplete: found.isComplete };
}

const whyMissing = {
  failed_only: 'are available only for its failed rows: pass --failed',
  omitted: 'were left out: set PRISM_STORAGE on the workers, or track it without `--results omitted`',
  not_given: 'were not returned by the API',
};

async function* indexed(results: AsyncIterable<RowResult>): AsyncGenerator<IndexedResult> {
  let index = 0;
  for await (const result of results) yield { index: index++, result };
}

/**
 * Numbers results by their row, from 1: the row that a result names, else its position if that is certain, else none.
 */
async function* numbered(
  results: AsyncIterable<IndexedResult> | Iterable<IndexedResult>,
  isComplete: boolean,
): AsyncGenerator<ResultRow> {
  for await (const { index: position, result } of results) {
    const index = result.input_index ?? (isComplete ? position : null);
    const error = typeof result.error === 'string' ? { message: result.error } : result.error;
    yield {
      row: index === null ? null : index + 1,
      outcome: rowOutcome(result),
      id: result.id ?? null,
      error_code: error?.code ?? null,
      error_message: error?.message ?? null,
    };
  }
}

async function* parsed<T>(
  uri: string,
  lines: AsyncIterable<string>,
  parse: (value: unknown) => T,
): AsyncGenerator<T> {
  let line = 0;
  for await (const text of lines) {
    line += 1;
    let value: T;
    try {
      value = parse(JSON.parse(text));
    } catch (cause) {
      throw damaged(uri, `line ${line}`, cause);
    }
    yield value;
  }
}

/** An error for a stored file of which a part cannot be read. */
export const damaged = (uri: string, part: string, cause?: unknown): CommandError =>
  new CommandError(`${uri} has changed since it was written: its ${part} cannot be read.`, exitCodes.error, {
    cause,
  });

/** The configured storage. Throws a `CommandError` if there is none. */
export function storeOf({ storage, s3Endpoint }: Config): ObjectStore {
  if (storage !== null) return openStore(storage, new S3Objects(s3Endpoint));
  throw new CommandError(
    'PRISM_STORAGE: saw nothing, expected the storage of the workers, where the results are',
    exitCodes.usage,
  );
}
