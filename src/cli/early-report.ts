import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { earlyReportSchema, type EarlyReport } from '../core/pipeline/report';
import { explain } from './errors';
import { printEarlyReport } from './import/print-report';
import { printJson } from './terminal/output';

/** The report that a failed pipeline left, from its error; null if it left none. */
export function earlyReportOf(error: unknown): EarlyReport | null {
  const failure = error instanceof WorkflowFailedError ? error.cause : null;
  if (!(failure instanceof ApplicationFailure)) return null;
  const report = earlyReportSchema.safeParse(failure.details?.[0]);
  return report.success ? report.data : null;
}

/**
 * Waits for the result of a pipeline. If the pipeline fails and left a report, prints the report (as JSON, together
 * with the failure's text) and rejects with the failure.
 */
export async function printingEarlyReport<T>(result: Promise<T>, json: boolean): Promise<T> {
  try {
    return await result;
  } catch (error) {
    const report = earlyReportOf(error);
    if (report === null) throw error;
    if (json) printJson({ failure: explain(error).message, ...report });
    else printEarlyReport(report);
    throw error;
  }
}
