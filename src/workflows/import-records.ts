import {
  CancellationScope,
  condition,
  ContinueAsNew,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { FileActivities } from '../activities/file-activities';
import type { BatchInFlight } from '../core/pipeline/carried-state';
import { dedupeProperty } from '../core/pipeline/dedupe-value';
import type { ImportRecordsInput } from '../core/pipeline/input';
import type { ImportReport } from '../core/pipeline/report';
import type { PlannedImport } from '../core/pipeline/plan';
import { newBatchInFlight, pipelineState } from '../core/pipeline/progress';
import { planSummary, reportSummary } from '../core/details/summaries';
import { importFinishedSignal, progressQuery } from './messages';
import { mustHandOver } from './runtime/hand-over';
import { readActivityFailure } from './runtime/activity-failure';
import { endEarlyBy, failWithReport } from './pipeline/end-early';
import { followBatch } from './pipeline/follow-batch';
import { newPipeline, publishPipeline, toPipelineInput, type Pipeline } from './pipeline/pipeline';
import { receiveEnd, isIdle, toFinish, wake, stopTrackers } from './pipeline/batch-trackers';

const { planImport, writeReport } = proxyActivities<FileActivities>({
  startToCloseTimeout: '4 hours',
  heartbeatTimeout: '20 seconds',
});

/**
 * Imports a file in batches, each tracked by its own `trackImport`, and reports on every row. A batch that cannot be
 * started or tracked shows in the report and does not fail the workflow. At most `maxConcurrentImports` batches are in
 * flight. Trackers outlive a run and notify the next one, so that neither memory nor history grows with the file.
 *
 * Fails with `InvalidInput` for its input or source, with `SourceInvalid` if the source changes during the import, and
 * with `PrismUnauthorized` or `PrismForbidden` if the API refuses the key before it has accepted a batch. If rows may
 * have been imported by then, the batches in flight finish first, and the details of the failure hold the URI of the
 * report and its totals (`EarlyReport`). Cancelling the workflow cancels its trackers; started imports continue.
 *
 * @example
 *   import type { importRecords } from 'prism-imports/workflows';
 *
 *   const report = await client.workflow.execute<typeof importRecords>('importRecords', {
 *     taskQueue: 'prism-imports',
 *     workflowId: 'companies-2026-11',
 *     args: [{ teamId, objectType: 'organization', source: { uri: 's3://bucket/companies.csv' } }],
 *   });
 */
export async function importRecords(input: ImportRecordsInput): Promise<ImportReport> {
  const pipeline = newPipeline(input);
  setHandler(progressQuery, () => pipelineState(pipeline.progress, pipeline.request));
  setHandler(importFinishedSignal, (end) => receiveEnd(pipeline, end));
  try {
    return await run(pipeline);
  } catch (error) {
    if (!(error instanceof ContinueAsNew)) await endEarly(pipeline, error);
    throw error;
  }
}

async function endEarly(pipeline: Pipeline, error: unknown): Promise<void> {
  const { type, message, isCancelled } = readActivityFailure(error);
  const end = isCancelled
    ? ({ status: 'cancelled' } as const)
    : ({ status: 'failed', failure: { type, message }, report: pipeline.earlyReport } as const);
  publishPipeline(pipeline, { ...end, stopping: true });
  await CancellationScope.nonCancellable(() => stopTrackers(pipeline));
  publishPipeline(pipeline, { ...end, stopping: false });
}

async function run(pipeline: Pipeline): Promise<ImportReport> {
  const { progress } = pipeline;
  publishPipeline(pipeline);
  const planned = (progress.planned ??= await plan(pipeline));
  progress.phase = 'importing';
  progress.statistics.rateFrom ??= { atMs: Date.now(), rows: progress.totals.rows };
  publishPipeline(pipeline);
  await importBatches(pipeline);
  progress.phase = 'reporting';
  publishPipeline(pipeline);
  const report = await reportOn(pipeline, planned);
  progress.phase = 'done';
  publishPipeline(pipeline, { status: 'done', report });
  return report;
}

/** Writes the report. If the pipeline cannot finish, it fails with a report of what was imported. */
async function reportOn(pipeline: Pipeline, { plan: ref, launchKey, warnings }: PlannedImport) {
  if (pipeline.ending !== null) return failWithReport(pipeline, pipeline.ending);
  const summary = reportSummary(ref);
  try {
    return await writeReport.executeWithOptions({ summary }, [{ plan: ref, launchKey, warnings }]);
  } catch (error) {
    return failWithReport(pipeline, endEarlyBy(pipeline, error));
  }
}

function plan({ request }: Pipeline) {
  const { source, batchSize, options } = request;
  const { firstExecutionRunId } = workflowInfo();
  const dedupeBy = dedupeProperty(options);
  return planImport.executeWithOptions({ summary: planSummary(batchSize) }, [
    { source, batchSize, firstExecutionRunId, ...(dedupeBy !== null && { dedupeBy }) },
  ]);
}

/**
 * The sliding window: starts batches as others end, and continues as new once the history has grown long and every
 * import has its tracker.
 */
async function importBatches(pipeline: Pipeline): Promise<void> {
  const { progress, request } = pipeline;
  const batches = progress.planned?.plan.batches ?? 0;
  const suggested = () => mustHandOver(pipeline.release02);
  const mayBegin = () =>
    pipeline.ending === null &&
    !suggested() &&
    progress.batchesInFlight.size < request.maxConcurrentImports &&
    progress.next <= batches;
  const isOver = () =>
    progress.batchesInFlight.size === 0 && (pipeline.ending !== null || progress.next > batches);
  const mayHandOver = () => pipeline.ending === null && suggested() && !isOver() && isIdle(pipeline);

  for (const inFlight of progress.batchesInFlight.values()) beginBatch(pipeline, inFlight);
  for (;;) {
    while (mayBegin()) {
      const inFlight = newBatchInFlight(progress.next);
      progress.batchesInFlight.set(inFlight.batch, inFlight);
      progress.next += 1;
      beginBatch(pipeline, inFlight);
    }
    if (isOver()) return;
    if (mayHandOver()) {
      const large = toFinish(pipeline);
      if (large.length === 0) await continueAsNew<typeof importRecords>(toPipelineInput(pipeline));
      await wake(pipeline, large);
    }
    await condition(() => pipeline.failure !== null || mayBegin() || isOver() || mayHandOver());
    if (pipeline.failure !== null) throw endedBy(pipeline, pipeline.failure.error);
  }
}

/** The error that ends a pipeline: the one it was already ending with, unless it is cancelled. */
function endedBy({ ending }: Pipeline, error: unknown): unknown {
  return ending === null || isCancellation(error) ? error : ending.error;
}

/**
 * Processes a batch concurrently with the others. An error that ends the whole pipeline is kept for the window to
 * throw.
 */
function beginBatch(pipeline: Pipeline, inFlight: BatchInFlight): void {
  followBatch(pipeline, inFlight).catch((error: unknown) => {
    pipeline.failure ??= { error };
  });
}
