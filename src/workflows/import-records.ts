import { ApplicationFailure, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { RecordActivities } from '../activities/record-activities';
import type { ImportRecordsInput, ImportReport } from '../domain/import-records';
import { pipelineState } from '../domain/pipeline-view';
import { noRows } from '../domain/row-totals';
import type { BatchEnd, WrittenReport } from '../domain/write-report';
import { progressQuery } from './messages';
import { importBatch } from './pipeline/import-batch';
import { newPipeline, show, type Pipeline, type PlannedPipeline } from './pipeline/pipeline';
import { runWindow } from './pipeline/run-window';

const { planImport, writeReport } = proxyActivities<RecordActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '60 seconds',
});

/** Most imports of one pipeline: its history and its payloads grow with them. */
const mostBatches = 2000;

/**
 * Imports a file in batches, each followed by a `trackImport` of its own, and returns what became of every row. A batch that cannot be started or
 * followed is part of the report, not a failure.
 *
 * Fails with `InvalidInput` (input or source), with `SourceInvalid` when the source changes meanwhile, and with `PrismUnauthorized` or
 * `PrismForbidden` when the API refuses the key before it has accepted any batch. Cancelling it cancels its trackers; imports once started go on.
 */
export async function importRecords(input: ImportRecordsInput): Promise<ImportReport> {
  const pipeline = newPipeline(input);
  setHandler(progressQuery, () => pipelineState(pipeline.view));
  enter(pipeline, 'planning');
  const planned = await plan(pipeline);

  enter(planned, 'importing');
  const ends = await runWindow(planned.plan.batches, planned.request.maxConcurrentImports, (ref) =>
    importBatch(planned, ref),
  );

  enter(planned, 'reporting');
  const report = await writeReport.executeWithOptions(
    { summary: `Write the report on ${planned.plan.rows} rows` },
    [{ source: planned.request.source, columns: planned.plan.columns, batches: ends }],
  );
  enter(planned, 'done');
  return toReport(ends, report);
}

function enter(pipeline: Pipeline, phase: Pipeline['view']['phase']): void {
  pipeline.view.phase = phase;
  show(pipeline);
}

async function plan(pipeline: Pipeline): Promise<PlannedPipeline> {
  const { source, batchSize } = pipeline.request;
  const { firstExecutionRunId } = workflowInfo();
  const planned = await planImport.executeWithOptions({ summary: 'Cut the source into batches' }, [
    { source, batchSize, firstExecutionRunId },
  ]);
  const batches = planned.batches.length;
  if (batches > mostBatches) {
    throw ApplicationFailure.nonRetryable(
      `batchSize: saw ${batchSize}, which makes ${batches} imports of ${planned.rows} rows; expected one that makes at most ${mostBatches}`,
      'InvalidInput',
    );
  }
  pipeline.view.planned = { rows: planned.rows, batches: planned.batches.length };
  return Object.assign(pipeline, { plan: planned });
}

function toReport(
  ends: BatchEnd[],
  { totals, batches, reportUri, failedRowsUri }: WrittenReport,
): ImportReport {
  const imports = ends.map(({ batch, jobId, status, polls, message }, index) => ({
    ...(batches[index] ?? noRows()),
    batch,
    jobId,
    status,
    polls,
    message,
  }));
  return { totals, imports, reportUri, failedRowsUri };
}
