import {
  ActivityCancellationType,
  CancellationScope,
  CancelledFailure,
  proxyActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { BatchInFlight } from '../../core/pipeline/carried-state';
import { describeDuration } from '../../core/duration';
import { idempotencyKey } from '../../core/api/idempotency';
import { httpTaskQueue } from '../../core/ids';
import { decideLaunch, mayHaveImported, type LaunchProblem } from '../../core/pipeline/launch';
import { rangeLabel } from '../../core/pipeline/progress';
import type { RowRange, StartedImport, StartImportInput } from '../../core/pipeline/start-import';
import { readActivityFailure } from '../runtime/activity-failure';
import { plannedOf, publishBatch, type Pipeline } from './pipeline';

/**
 * How the launch of a part of a batch ended: with the API's answer, or given up with why, its rows `failed` when
 * certainly nothing was imported.
 */
export type Launch = StartedImport | { kind: 'given_up'; rows: 'failed' | 'unknown'; message: string };

/**
 * Starts the import of a batch or a part of it, once: every try carries the same idempotency key, and a try that the
 * API may have carried out is repeated only when `dedupe_by` makes that harmless. Waits on durable timers, which
 * cancellation cuts short; a request once made is always waited for. Throws the activity's failure when the pipeline
 * cannot go on: the source has changed, or the key is refused before it ever worked.
 */
export async function launchBatch(
  pipeline: Pipeline,
  inFlight: BatchInFlight,
  range: RowRange,
): Promise<Launch> {
  const part = rangeLabel(inFlight.batch, range);
  const beganAtMs = Date.now();
  let unclear = inFlight.unclear;
  let key = { attempt: 1, sinceMs: beganAtMs };
  for (let tries = 1; ; tries += 1) {
    publishBatch(pipeline, inFlight, tries === 1 ? 'starting' : `starting, try ${tries}`);
    try {
      const launched = await startOnce(pipeline, inFlight.batch, range, { tries, attempt: key.attempt });
      if (launched.kind === 'too_large') inFlight.unclear ||= unclear;
      return launched;
    } catch (error) {
      const problem = toLaunchProblem(error);
      unclear ||= mayHaveImported(problem);
      const decision = decideLaunch(problem, {
        tries,
        elapsedMs: Date.now() - beganAtMs,
        keyMs: Date.now() - key.sinceMs,
        unclear,
        dedupe: pipeline.request.options.dedupe_by !== undefined,
        keyWorked: pipeline.progress.keyWorked,
      });
      if (decision.action === 'fail') throw error;
      if (decision.action === 'give_up')
        return { kind: 'given_up', rows: decision.rows, message: decision.message };
      if (decision.newKey) key = { attempt: key.attempt + 1, sinceMs: Date.now() };
      const again = new Date(Date.now() + decision.waitMs).toISOString().slice(11, 19);
      publishBatch(
        pipeline,
        inFlight,
        `try ${tries + 1} at ${again} UTC`,
        `${problem.type}: ${problem.message}`,
      );
      const summary = `${describeDuration(decision.waitMs)} until batch ${part} is tried again (${problem.type})`;
      await sleep(decision.waitMs, { summary });
    }
  }
}

async function startOnce(
  pipeline: Pipeline,
  batch: number,
  range: RowRange,
  { tries, attempt }: { tries: number; attempt: number },
): Promise<StartedImport> {
  const { plan, launchKey } = plannedOf(pipeline);
  const part = rangeLabel(batch, range);
  const { startImport } = proxyActivities<{ startImport(input: StartImportInput): Promise<StartedImport> }>({
    taskQueue: httpTaskQueue(workflowInfo().taskQueue),
    startToCloseTimeout: '90 seconds',
    heartbeatTimeout: '10 seconds',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { maximumAttempts: 1 },
    summary: `Start batch ${part} of ${plan.batches}${tries === 1 ? '' : `, try ${tries}`}`,
  });
  if (pipeline.stopping) throw new CancelledFailure('the pipeline ends: no further import is begun');
  const { teamId, objectType, options } = pipeline.request;
  const input = { teamId, objectType, plan, batch, range, options };
  pipeline.progress.statistics.requests += 1;
  pipeline.beginning += 1;
  try {
    // A request that is given up midway may still be carried out, and its job id would be lost.
    return await CancellationScope.nonCancellable(() =>
      startImport({ ...input, idempotencyKey: idempotencyKey(launchKey, part, attempt) }),
    );
  } finally {
    pipeline.beginning -= 1;
  }
}

function toLaunchProblem(error: unknown): LaunchProblem {
  const { knownType, message, status, retryAfterMs, timeoutType } = readActivityFailure(error);
  if (timeoutType === null) return { type: knownType ?? 'Other', message, status, retryAfterMs };
  const why = `starting the import ended by ${timeoutType} timeout, most likely because its worker died`;
  return { type: 'Timeout', message: why, status, retryAfterMs };
}
