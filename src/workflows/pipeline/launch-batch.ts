import {
  ActivityCancellationType,
  CancellationScope,
  CancelledFailure,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { BatchInFlight, BatchPart } from '../../core/pipeline/carried-state';
import { describeDuration } from '../../core/duration';
import { idempotencyKey } from '../../core/api/idempotency';
import { httpTaskQueue } from '../../core/ids';
import {
  decideLaunch,
  launchProblemCode,
  mayHaveImported,
  type LaunchProblem,
} from '../../core/pipeline/launch/launch';
import { rangeLabel } from '../../core/pipeline/progress';
import { isWholeRange, selectionLabel } from '../../core/pipeline/selection';
import {
  refusedSelectionSchema,
  sentBeforeSchema,
  type RefusedSelection,
  type Selection,
  type SentBefore,
  type StartedImport,
  type StartedSelection,
  type StartImportInput,
  type StartSelectedRowsInput,
} from '../../core/pipeline/launch/start-import';
import { readActivityFailure } from '../runtime/activity-failure';
import { endEarlyBy, waitUnlessEnding } from './end-early';
import { dedupesRows, maxProblem, plannedOf, publishBatch, type Pipeline } from './pipeline';

/**
 * How the launch of a batch's rows ended: with the API's answer; refused, so that the refused rows must be found; not
 * attempted, because some rows had been sent before; or given up, with the reason. Given-up rows are `failed` only if
 * certainly nothing was imported.
 */
export type Launch = (
  | StartedImport
  | { kind: 'refused'; refusal: RefusedSelection; message: string }
  | { kind: 'sent_before'; sentBefore: SentBefore }
  | { kind: 'given_up'; rows: 'failed' | 'unknown'; message: string }
) & {
  /** The attempt in the last idempotency key. */
  attempt: number;
  /** Whether an attempt without a known answer may have imported the rows. */
  unclear: boolean;
};

/**
 * Starts the import of some rows of a part, once. Every attempt carries the same idempotency key, and an attempt that
 * the API may have executed is repeated only if `dedupe_by` makes that harmless. Waits on durable timers, which
 * cancellation interrupts, but always completes a request in flight. If the pipeline cannot continue, because the
 * source has changed or the key is refused before it ever worked, nothing more is sent. Runs started by 0.1.0 then
 * throw the activity's failure.
 */
export async function launchBatch(
  pipeline: Pipeline,
  inFlight: BatchInFlight,
  part: BatchPart,
  sent: Selection,
): Promise<Launch> {
  const beganAtMs = Date.now();
  let unclear = inFlight.unclear || part.unclear;
  let key = { attempt: part.attempt, sinceMs: beganAtMs };
  const shown = rangeLabel(inFlight.batch, sent.range);
  for (let tries = 1; ; tries += 1) {
    if (pipeline.ending !== null) {
      const rows = unclear ? 'unknown' : 'failed';
      return { kind: 'given_up', rows, message: pipeline.ending.reason, attempt: key.attempt, unclear };
    }
    noteTry(pipeline, inFlight, tries);
    publishBatch(pipeline, inFlight, doing(inFlight, part, tries));
    try {
      const launched = await startOnce(pipeline, inFlight, sent, { tries, attempt: key.attempt });
      return { ...launched, attempt: key.attempt, unclear };
    } catch (error) {
      const problem = toLaunchProblem(error, pipeline.release02);
      if (problem.sentBefore)
        return { kind: 'sent_before', sentBefore: problem.sentBefore, attempt: key.attempt, unclear };
      unclear ||= mayHaveImported(problem);
      const decision = decideLaunch(problem, {
        tries,
        elapsedMs: Date.now() - beganAtMs,
        keyMs: Date.now() - key.sinceMs,
        unclear,
        dedupe: dedupesRows(pipeline, sent),
        keyWorked: pipeline.progress.keyWorked,
      });
      const end = { attempt: key.attempt, unclear };
      if (decision.action === 'fail') {
        endEarlyBy(pipeline, error);
        continue;
      }
      if (decision.action === 'search' && problem.refusal)
        return { kind: 'refused', refusal: problem.refusal, message: problem.message, ...end };
      if (decision.action === 'give_up')
        return { kind: 'given_up', rows: decision.rows, message: decision.message, ...end };
      if (decision.action !== 'retry') throw error;
      if (decision.newKey) key = { attempt: key.attempt + 1, sinceMs: Date.now() };
      const nextTryAt = new Date(Date.now() + decision.waitMs).toISOString();
      noteTrouble(pipeline, inFlight, problem, { attempt: tries, nextTryAt });
      publishBatch(
        pipeline,
        inFlight,
        `try ${tries + 1} at ${nextTryAt.slice(11, 19)} UTC`,
        `${problem.type}: ${problem.message}`,
      );
      const summary = `${describeDuration(decision.waitMs)} until batch ${shown} is tried again (${problem.type})`;
      await waitUnlessEnding(pipeline, decision.waitMs, summary);
    }
  }
}

/** Records that a batch is being launched. Its last problem stays until it is launched or given up. */
function noteTry({ progress }: Pipeline, { batch }: BatchInFlight, attempt: number): void {
  const problem = progress.launching.get(batch)?.problem ?? null;
  progress.launching.set(batch, { attempt, problem, nextTryAt: null });
}

/** Records why a batch cannot be launched. */
function noteTrouble(
  { progress }: Pipeline,
  { batch }: BatchInFlight,
  trouble: LaunchProblem,
  tried: { attempt: number; nextTryAt: string },
): void {
  const code = launchProblemCode(trouble);
  const before = progress.launching.get(batch)?.problem;
  const since = before?.code === code ? before.since : new Date().toISOString();
  const problem = { code, message: trouble.message.slice(0, maxProblem), since };
  progress.launching.set(batch, { ...tried, problem });
}

function doing(inFlight: BatchInFlight, part: BatchPart, tries: number): string {
  const again = tries === 1 ? '' : `, try ${tries}`;
  if (part.searched) return `searching for refused rows, request ${inFlight.searches}${again}`;
  if (part.relaunches > 0) return `starting it again, since its import failed${again}`;
  return `${inFlight.refused === '' ? 'starting' : 'starting without refused rows'}${again}`;
}

async function startOnce(
  pipeline: Pipeline,
  inFlight: BatchInFlight,
  sent: Selection,
  { tries, attempt }: { tries: number; attempt: number },
): Promise<StartedImport> {
  const { plan, launchKey } = plannedOf(pipeline);
  const { batch } = inFlight;
  const summary = `Start batch ${rangeLabel(batch, sent.range)} of ${plan.batches}${tries === 1 ? '' : `, try ${tries}`}`;
  const { startImport, startSelectedRows } = proxyActivities<{
    startImport(input: StartImportInput): Promise<StartedImport>;
    startSelectedRows(input: StartSelectedRowsInput): Promise<StartedSelection>;
  }>({
    taskQueue: httpTaskQueue(workflowInfo().taskQueue),
    startToCloseTimeout: '90 seconds',
    heartbeatTimeout: '10 seconds',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { maximumAttempts: 1 },
    summary,
  });
  if (pipeline.stopping) throw new CancelledFailure('the pipeline is ending: it starts no further import');
  const { teamId, objectType, options } = pipeline.request;
  const keyOf = (label: string) => idempotencyKey(launchKey, label, attempt);
  const request = { teamId, objectType, plan, batch, range: sent.range, options };
  const input = { ...request, idempotencyKey: keyOf(selectionLabel(batch, sent)) };
  pipeline.progress.statistics.requests += 1;
  pipeline.beginning += 1;
  try {
    // A request aborted midway may still be executed, and its job id would be lost.
    if (isWholeRange(sent)) return await CancellationScope.nonCancellable(() => startImport(input));
    const wholeKey = sent.excluded === '' ? keyOf(rangeLabel(batch, sent.range)) : null;
    const { started, rows } = await CancellationScope.nonCancellable(() =>
      startSelectedRows({ ...input, ...sent, wholeKey }),
    );
    inFlight.rows = rows;
    return started;
  } finally {
    pipeline.beginning -= 1;
  }
}

function toLaunchProblem(error: unknown, release02: boolean): LaunchProblem {
  const failure = readActivityFailure(error);
  const { knownType, message, status, retryAfterMs, timeoutType } = failure;
  if (release02 && failure.isUnknownActivity) return { type: 'OldWorker', message, status, retryAfterMs };
  if (timeoutType !== null) {
    const why = `starting the import ended by ${timeoutType} timeout, most likely because its worker died`;
    return { type: 'Timeout', message: why, status, retryAfterMs };
  }
  const isRefusal = release02 && knownType === 'PrismInvalidRequest' && (status === 400 || status === 422);
  const refusal = isRefusal ? refusedSelectionSchema.safeParse(failure.refusal) : null;
  const before =
    release02 && failure.sentBefore !== null ? sentBeforeSchema.safeParse(failure.sentBefore) : null;
  const known = { refusal: refusal?.data ?? null, sentBefore: before?.data ?? null };
  return { type: knownType ?? 'Other', message, status, retryAfterMs, ...known };
}
