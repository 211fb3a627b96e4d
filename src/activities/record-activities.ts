import { createHash } from 'node:crypto';
import { activityInfo, ApplicationFailure, cancellationSignal } from '@temporalio/activity';
import type { FailureType } from '../domain/failures';
import { rowResultSchema, type RowResult } from '../domain/import-job';
import type { RowTotals } from '../domain/import-records';
import { joinResults } from '../domain/join-results';
import { csvLine, malformedEnd, reportHeader, reportLine, sentEnd, type RowEnd } from '../domain/report-line';
import { countRow, noRows, sumTotals } from '../domain/row-totals';
import { SourceError } from '../domain/source-error';
import type { ObjectStore, ResultsRef } from '../domain/storage';
import type {
  BatchEnd,
  PlanImportInput,
  PlannedImport,
  PlanSource,
  RawRowSource,
  SourceRow,
  WriteReportInput,
  WrittenReport,
} from '../domain/write-report';
import { heartbeating } from './heartbeating';
import { storageName } from './storage-name';

/** What the file and report activities stand on. `store` is null when `PRISM_STORAGE` is not set: then both refuse with `InvalidInput`. */
export interface RecordPorts {
  store: ObjectStore | null;
  rows: RawRowSource;
  plan: PlanSource;
}

/**
 * The activities of a pipeline that read its source and write its report. Both can be repeated: they read the same bytes and replace what they wrote.
 * They fail with `InvalidInput` (no storage; at planning, a source that cannot be used), `SourceInvalid` (the source is gone or has changed since),
 * or `StorageUnavailable`, the only one of these that is worth another try.
 */
export const createRecordActivities = ({ store, rows, plan }: RecordPorts) => ({
  /** Cuts the source into batches. */
  async planImport({ source, batchSize, firstExecutionRunId }: PlanImportInput): Promise<PlannedImport> {
    requireStore(store);
    const launchKey = hashIdentity(firstExecutionRunId);
    try {
      const planned = await heartbeating(() => plan(source, batchSize, stopIfCancelled));
      return { ...planned, launchKey };
    } catch (error) {
      throw error instanceof SourceError ? failure('InvalidInput', error, false) : error;
    }
  },

  /** Writes one line for every input row, in the order of the input, and a file of the failed rows as they stood in the source. */
  async writeReport(input: WriteReportInput): Promise<WrittenReport> {
    const report = new Report(requireStore(store), rows, input);
    try {
      return await heartbeating(() => report.write());
    } catch (error) {
      stopIfCancelled();
      throw reportFailure(error);
    }
  },
});

/** What {@link createRecordActivities} makes. */
export type RecordActivities = ReturnType<typeof createRecordActivities>;

/** A row of the source and how it ended. */
interface EndedRow {
  source: SourceRow;
  end: RowEnd;
}

class Report {
  private readonly folder: string;
  private totals: RowTotals[] = [];

  constructor(
    private readonly store: ObjectStore,
    private readonly rows: RawRowSource,
    private readonly input: WriteReportInput,
  ) {
    const { workflowId, runId } = workflowExecution();
    this.folder = storageName(['reports', workflowId, runId]);
  }

  async write(): Promise<WrittenReport> {
    const { uri: reportUri } = await this.store.write(`${this.folder}/report.csv`, this.lines());
    const totals = sumTotals(this.totals);
    const failedRowsUri = totals.failed === 0 ? null : await this.writeFailedRows();
    return { totals, batches: this.totals, reportUri, failedRowsUri };
  }

  private async *lines(): AsyncGenerator<string> {
    this.totals = [];
    yield reportHeader;
    for (const batch of this.input.batches) {
      const totals = noRows();
      const ended = await this.endedRows(batch);
      for (const { end } of ended) countRow(totals, end.outcome);
      this.totals.push(totals);
      yield ended.map(({ source, end }) => reportLine(source, end, batch)).join('');
    }
  }

  private async writeFailedRows(): Promise<string> {
    const name = `${this.folder}/failed-rows.${this.input.source.format}`;
    return (await this.store.write(name, this.failedRows())).uri;
  }

  private async *failedRows(): AsyncGenerator<string | Uint8Array> {
    if (this.input.source.format === 'csv') yield csvLine(this.input.columns);
    for (const [index, batch] of this.input.batches.entries()) {
      if (this.totals[index]?.failed === 0) continue;
      for (const { source, end } of await this.endedRows(batch)) {
        if (end.outcome !== 'failed') continue;
        yield source.raw;
        if (source.raw.at(-1) !== lineFeed) yield '\n'; // the last line of a file may lack it
      }
    }
  }

  /** The rows of one batch: a batch is what the API takes in one request, so it fits into memory. */
  private async endedRows(batch: BatchEnd): Promise<EndedRow[]> {
    stopIfCancelled();
    const rows: SourceRow[] = [];
    for await (const row of this.rows.readBatch(this.input.source, this.input.columns, batch.ref))
      rows.push(row);
    const sent = rows.filter((row) => 'row' in row).length;
    const joined = batch.resultsRef && joinResults(sent, await readResults(this.store, batch.resultsRef));
    let position = 0;
    return rows.map((source) => {
      if ('malformed' in source) return { source, end: malformedEnd(source.malformed) };
      const result = joined?.[position] ?? null;
      position += 1;
      return { source, end: sentEnd(result, batch) };
    });
  }
}

const lineFeed = 0x0a;

async function readResults(store: ObjectStore, { uri, sha256 }: ResultsRef): Promise<RowResult[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await store.read(uri)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new Error(`${uri} does not have the hash it was stored with`);
  }
  return bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => rowResultSchema.parse(JSON.parse(line)));
}

const stopIfCancelled = (): void => cancellationSignal().throwIfAborted();

function requireStore(store: ObjectStore | null): ObjectStore {
  if (store !== null) return store;
  const message =
    'PRISM_STORAGE: saw nothing, expected file:DIR or s3://bucket/prefix: a pipeline keeps its results and its report there';
  throw ApplicationFailure.nonRetryable(message, 'InvalidInput');
}

function workflowExecution(): { workflowId: string; runId: string } {
  const { workflowExecution: execution } = activityInfo();
  if (execution === undefined)
    throw ApplicationFailure.nonRetryable('only a workflow can ask for this', 'InvalidInput');
  return execution;
}

/** What tells one pipeline from every other: its namespace, workflow id and first run, as a hash, since it leaves the house in a header. */
function hashIdentity(firstExecutionRunId: string): string {
  const identity = [activityInfo().namespace, workflowExecution().workflowId, firstExecutionRunId];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

function reportFailure(error: unknown): Error {
  return error instanceof SourceError
    ? failure('SourceInvalid', error, false)
    : failure('StorageUnavailable', error, true);
}

function failure(type: FailureType, error: unknown, retryable: boolean): ApplicationFailure {
  const message = error instanceof Error ? error.message : String(error);
  const details = [{ retryAfterMs: null, status: null, requestId: null }];
  return ApplicationFailure.create({
    message,
    type,
    nonRetryable: !retryable,
    details,
    ...(error instanceof Error && { cause: error }),
  });
}
