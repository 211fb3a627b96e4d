import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  proxyActivities,
  sleep,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { describeDuration } from '../../domain/duration';
import { failureTypes, type FailureDetails } from '../../domain/failures';
import { idempotencyKey } from '../../domain/idempotency';
import { httpTaskQueue } from '../../domain/ids';
import type { BatchRef } from '../../domain/import-records';
import { decideLaunch, mayHaveImported, type LaunchProblem } from '../../domain/launch';
import type { StartedImport, StartImportInput } from '../../domain/start-import';
import { showBatch, type PlannedPipeline } from './pipeline';

/** How the launch of a batch ended: with the API's answer, or given up with why, its rows `failed` when certainly nothing was imported. */
export type Launch = StartedImport | { kind: 'given_up'; rows: 'failed' | 'unknown'; message: string };

/**
 * Starts the import of one batch, once: every try carries the same idempotency key, and a try that the API may have carried out is repeated only when
 * `dedupe_by` makes that harmless. Waits on durable timers, which cancellation cuts short; a request once made is always waited for.
 * Throws the activity's failure when the pipeline cannot go on: the source has changed, or the key is refused before it ever worked.
 */
export async function launchBatch(pipeline: PlannedPipeline, ref: BatchRef): Promise<Launch> {
  const beganAtMs = Date.now();
  let unclear = false;
  for (let tries = 1; ; tries += 1) {
    showBatch(pipeline, ref, { jobId: null, doing: tries === 1 ? 'starting' : `starting, try ${tries}` });
    try {
      return await startOnce(pipeline, ref, tries);
    } catch (error) {
      const problem = describeProblem(error);
      unclear ||= mayHaveImported(problem);
      const decision = decideLaunch(problem, {
        tries,
        elapsedMs: Date.now() - beganAtMs,
        unclear,
        dedupe: pipeline.request.options.dedupe_by !== undefined,
        keyWorked: pipeline.keyWorked,
      });
      if (decision.action === 'fail') throw error;
      if (decision.action === 'give_up')
        return { kind: 'given_up', rows: decision.rows, message: decision.message };
      const summary = `${describeDuration(decision.waitMs)} until batch ${ref.batch} is tried again (${problem.type})`;
      showBatch(pipeline, ref, { jobId: null, doing: `${summary}: ${problem.message}` });
      await sleep(decision.waitMs, { summary });
    }
  }
}

function startOnce({ request, plan }: PlannedPipeline, ref: BatchRef, tries: number): Promise<StartedImport> {
  const { startImport } = proxyActivities<{ startImport(input: StartImportInput): Promise<StartedImport> }>({
    taskQueue: httpTaskQueue(workflowInfo().taskQueue),
    startToCloseTimeout: '90 seconds',
    heartbeatTimeout: '10 seconds',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { maximumAttempts: 1 },
    summary: `Start batch ${ref.batch} of ${plan.batches.length}${tries === 1 ? '' : `, try ${tries}`}`,
  });
  const { teamId, objectType, source, options } = request;
  const idempotency = idempotencyKey(plan.launchKey, ref.batch, 1);
  // A request that is given up midway may still be carried out, and its job id would be lost.
  return CancellationScope.nonCancellable(() =>
    startImport({
      teamId,
      objectType,
      source,
      columns: plan.columns,
      batch: ref,
      options,
      idempotencyKey: idempotency,
    }),
  );
}

function describeProblem(error: unknown): LaunchProblem {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) {
    const message = `starting the import ended by ${cause.timeoutType} timeout, most likely because its worker died`;
    return { type: 'Timeout', message, status: null, retryAfterMs: null };
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  if (!(cause instanceof ApplicationFailure))
    return { type: 'Other', message, status: null, retryAfterMs: null };
  const details = cause.details?.[0] as Partial<FailureDetails> | null | undefined;
  return {
    type: failureTypes.find((type) => type === cause.type) ?? 'Other',
    message,
    status: details?.status ?? null,
    retryAfterMs: details?.retryAfterMs ?? null,
  };
}
