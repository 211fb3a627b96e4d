import {
  ApplicationFailure,
  condition,
  isCancellation,
  log,
  proxyActivities,
  sleep,
} from '@temporalio/workflow';
import type { FileActivities } from '../../activities/file-activities';
import type { FailureDetails } from '../../core/failures';
import { boundedMessage } from '../../core/tracker/outcome';
import { reportSummary } from '../../core/details/summaries';
import { notSentReason } from '../../core/pipeline/early-end';
import type { EarlyReport, ImportReport } from '../../core/pipeline/report';
import { readActivityFailure } from '../runtime/activity-failure';
import { plannedOf, publishPipeline, type EarlyEnd, type Pipeline } from './pipeline';

const { writeReportWithoutSource } = proxyActivities<FileActivities>({
  startToCloseTimeout: '4 hours',
  heartbeatTimeout: '20 seconds',
});

/**
 * Makes a pipeline send nothing more after a failure that still allows a report. Throws any other failure, and every
 * failure in runs started by 0.1.0, which end at once. Returns what ends the pipeline: the first of several failures.
 */
export function endEarlyBy(pipeline: Pipeline, error: unknown): EarlyEnd {
  const { knownType, isCancelled } = readActivityFailure(error);
  const reason = notSentReason(knownType);
  if (!pipeline.release02 || isCancelled || reason === null) throw error;
  return (pipeline.ending ??= { error, reason });
}

/** Waits for this time, or until the pipeline ends early, which runs started by 0.1.0 never do. */
export async function waitUnlessEnding(pipeline: Pipeline, waitMs: number, summary: string): Promise<void> {
  if (pipeline.release02) await condition(() => pipeline.ending !== null, waitMs, { summary });
  else await sleep(waitMs, { summary });
}

/**
 * Fails with the pipeline's error once its batches have ended. If the API may have imported any row, it first writes a
 * report, whose location and totals become part of the failure's details.
 */
export async function failWithReport(pipeline: Pipeline, { error, reason }: EarlyEnd): Promise<never> {
  const { progress, unsent } = pipeline;
  if (!progress.keyWorked && progress.totals.unknown === 0) throw error;
  progress.phase = 'reporting';
  publishPipeline(pipeline);
  const { plan, launchKey, warnings } = plannedOf(pipeline);
  const input = { plan, launchKey, warnings, unsent: { from: progress.next, batches: unsent, reason } };
  const summary = reportSummary(plan);
  const written = await writeReportWithoutSource
    .executeWithOptions({ summary }, [input])
    .catch((failed: unknown) => {
      if (isCancellation(failed)) throw failed;
      const { message } = readActivityFailure(failed);
      log.warn('the report could not be written', { message: boundedMessage(message) });
      throw error;
    });
  pipeline.earlyReport = earlyReportOf(written);
  throw failureWith(pipeline.earlyReport, error);
}

function earlyReportOf({ totals, reportUri, reportNdjsonUri, summaryUri }: ImportReport): EarlyReport {
  return { totals, reportUri, reportNdjsonUri, summaryUri };
}

function failureWith(report: EarlyReport, error: unknown): ApplicationFailure {
  const { type, message, status, retryAfterMs, cause } = readActivityFailure(error);
  const details: FailureDetails & EarlyReport = { retryAfterMs, status, requestId: null, ...report };
  return ApplicationFailure.create({
    type,
    message: `${boundedMessage(message)}. Rows imported until then: ${report.reportUri}`,
    nonRetryable: true,
    details: [details],
    ...(cause instanceof Error && { cause }),
  });
}
