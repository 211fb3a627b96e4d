import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { neutralLine } from '../../core/details/neutral';
import type { ImportReport } from '../../core/pipeline/report';
import {
  cancelPipeline,
  pipelineProgress,
  type OpenPipeline,
  type PipelineHandle,
} from '../../temporal/pipelines';
import { explain } from '../errors';
import { exitCodes } from '../exit-codes';
import { followResult, rejectOnInterrupt, type Interrupt } from '../terminal/follow-result';
import { CommandError } from '../command-error';
import { attachLine, withLine } from '../command-line';
import { printToStderr } from '../terminal/output';
import type { ProgressReport } from '../terminal/progress';

/** How long a terminal waits for a second Ctrl-C, in milliseconds. */
const graceMs = 2500;

/** Queries a pipeline for its progress, and prints each of its warnings once, on standard error. */
export function pipelineView(client: Client, workflowId: string) {
  const printed = new Set<string>();
  let last: ProgressReport = { processed: null, total: null, text: '' };
  const warn = (warnings: readonly string[]): void => {
    for (const warning of warnings.filter((each) => !printed.has(each)))
      printToStderr(neutralLine(`Warning: ${warning}`));
    warnings.forEach((warning) => printed.add(warning));
  };
  const fetchProgress = async (): Promise<ProgressReport> => {
    const state = await pipelineProgress(client, workflowId).catch(() => null);
    if (state === null) return { ...last, text: 'no answer yet; check that a worker is running' };
    const { phase, processed, rows, batches, warnings } = state;
    warn(warnings);
    const doing = phase === 'done' ? '' : `${phase}, `;
    const text =
      batches.total === null
        ? 'reading the file'
        : `${doing}${batches.finished} of ${batches.total} imports done`;
    last = { processed, total: rows, text };
    return last;
  };
  return { fetchProgress, warn };
}

/**
 * Follows a pipeline until it returns its report. The first Ctrl-C detaches: the import continues, and a `CommandError`
 * says how to follow it again. On a terminal, a second one shortly after cancels the pipeline.
 */
export async function followPipeline(
  client: Client,
  { handle, state }: OpenPipeline,
  interrupt: Interrupt,
): Promise<ImportReport> {
  const { workflowId } = handle;
  const { fetchProgress, warn } = pipelineView(client, workflowId);
  const result = handle.result();
  const signal = interrupt.promise;
  const advice = withLine('The import continues. To follow it again:', attachLine(workflowId));
  const stop = rejectOnInterrupt(signal, advice);
  try {
    const report = await (state === 'ended'
      ? Promise.race([result, stop])
      : followResult(result, fetchProgress, stop));
    warn(report.warnings);
    return report;
  } catch (error) {
    const isDetached = error instanceof CommandError && error.exitCode === exitCodes.interrupted;
    if (!isDetached || !process.stderr.isTTY || (await signal) !== 'SIGINT') throw error;
    printToStderr(error.message);
    throw await cancelIfAskedAgain(handle, result, interrupt);
  }
}

async function cancelIfAskedAgain(
  handle: PipelineHandle,
  result: Promise<ImportReport>,
  interrupt: Interrupt,
): Promise<CommandError> {
  const ended = (message: string) => new CommandError(message, exitCodes.interrupted);
  printToStderr(`Press Ctrl-C again within ${graceMs / 1000} s to cancel it.`);
  const second = await Promise.race([interrupt.next(), delay(graceMs, null)]);
  if (second !== 'SIGINT') return ended('Detached.');
  printToStderr('Cancelling …');
  await cancelPipeline(handle);
  const left = 'Cancellation was requested; the import stops when a worker next processes it.';
  return ended(
    await Promise.race([howItEnded(result, handle.workflowId), interrupt.next().then(() => left)]),
  );
}

async function howItEnded(result: Promise<ImportReport>, workflowId: string): Promise<string> {
  try {
    await result;
    return withLine('It had ended before it could be cancelled. To see its report:', attachLine(workflowId));
  } catch (error) {
    const isCancelled =
      error instanceof Error && error.cause instanceof Error && error.cause.name === 'CancelledFailure';
    if (!isCancelled) return explain(error).message;
    return 'Cancelled. Batches that the API has accepted still run there: the API has no cancel.';
  }
}
