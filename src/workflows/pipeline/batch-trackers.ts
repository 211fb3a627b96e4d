import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  CancelledFailure,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  ParentClosePolicy,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { FollowedImport, BatchInFlight } from '../../core/pipeline/carried-state';
import { batchesToFinish } from '../../core/pipeline/carried-size';
import { batchTrackerWorkflowId, utf8Length } from '../../core/ids';
import { retentionMs } from '../../core/api/limits';
import { readImportEnd, trackingFailed, type BatchImportEnd } from '../../core/pipeline/batch-import-end';
import { counted } from '../../core/details/markdown';
import { rangeLabel } from '../../core/pipeline/progress';
import { selected } from '../../core/pipeline/parts';
import { trackerLabel } from '../../core/pipeline/selection';
import { writePolling } from '../../core/tracker/polling';
import type { Selection, StartedImport } from '../../core/pipeline/launch/start-import';
import { followSummary, importSummary } from '../../core/details/summaries';
import { subscribeSignal } from '../messages';
import type { trackImport } from '../track-import';
import type { Pipeline } from './pipeline';

/**
 * Maximum number of kept ends of imports that no batch follows: after a reset, a tracker may signal an end before its
 * import is launched again.
 */
const maxUnexpected = 200;
/** Maximum size of one of them. All are handed over when the pipeline continues as new. */
const maxUnexpectedBytes = 2500;

/**
 * A terminated tracker signals nothing. A day after its import's retention, the pipeline therefore checks whether it
 * still runs, and then every day. Runs started by 0.1.0 stop waiting at that point.
 */
const maxFollowMs = retentionMs + 86_400_000;
const askIntervalMs = 86_400_000;

/** How long a cancelled pipeline waits for its trackers to end. */
const stopTimeout = '10 seconds';

type Accepted = Extract<StartedImport, { kind: 'accepted' }>;

/** Stores an end that a tracker has signalled. A signal of another form or team is logged and ignored. */
export function receiveEnd(pipeline: Pipeline, payload: unknown): void {
  const end = readImportEnd(payload, pipeline.request.teamId);
  if (end === null) log.warn('ignored a signal importFinished: its import does not belong to this pipeline');
  else if (isFollowed(pipeline, end.jobId) || mayKeep(pipeline, end))
    pipeline.receivedEnds.set(end.jobId, end);
}

const mayKeep = ({ receivedEnds }: Pipeline, end: BatchImportEnd): boolean =>
  receivedEnds.size < maxUnexpected && utf8Length(JSON.stringify(end)) <= maxUnexpectedBytes;

function isFollowed({ progress }: Pipeline, jobId: string): boolean {
  return [...progress.batchesInFlight.values()].some(({ following }) => following?.jobId === jobId);
}

/**
 * Starts the tracker of an import, which its batch then follows. The tracker outlives this run and signals whichever
 * run is current.
 */
export async function startTracker(
  pipeline: Pipeline,
  inFlight: BatchInFlight,
  { selection, attempt, relaunches }: { selection: Selection; attempt: number; relaunches: number },
  { jobId, submittedAt }: Accepted,
): Promise<void> {
  const { teamId, polling } = pipeline.request;
  const part = trackerLabel(inFlight.batch, selection, relaunches);
  const trackerId = batchTrackerWorkflowId(workflowInfo().workflowId, part);
  // A request in flight is completed, but nothing new is started at the end.
  if (pipeline.stopping) throw new CancelledFailure('the pipeline is ending: it starts no further tracker');
  pipeline.beginning += 1;
  try {
    const tracker = await CancellationScope.nonCancellable(() =>
      startChild<typeof trackImport>('trackImport', {
        workflowId: trackerId,
        args: [
          {
            teamId,
            jobId,
            submittedAt,
            results: 'stored',
            notify: [{}],
            ...(polling !== undefined && { polling: writePolling(polling) }),
          },
        ],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: `Batch ${rangeLabel(inFlight.batch, selection.range)}: ${importSummary(teamId, jobId)}`,
      }),
    );
    watchForFailure(pipeline, jobId, tracker.result());
  } catch (error) {
    // This pipeline has started it before a reset. It continues, and will signal this run.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  } finally {
    pipeline.beginning -= 1;
  }
  const key = attempt > 1 || relaunches > 0 ? { attempt, relaunches } : {};
  inFlight.following = { ...selected(selection), jobId, submittedAt, trackerId, ...key };
}

/**
 * Watches a tracker for an end that it cannot signal, such as termination, as long as the run that started it lasts.
 */
function watchForFailure(pipeline: Pipeline, jobId: string, result: Promise<unknown>): void {
  const failed = (error: unknown): void => {
    if (pipeline.receivedEnds.has(jobId) || !isFollowed(pipeline, jobId)) return;
    const { cause } = error as { cause?: unknown };
    pipeline.receivedEnds.set(
      jobId,
      trackingFailed(jobId, cause instanceof Error ? cause.message : String(error)),
    );
  };
  // Its signal has already delivered what it returns.
  result.then(() => undefined, failed);
}

/** Waits until an import's tracker has signalled its end. */
export async function waitForEnd(pipeline: Pipeline, followed: FollowedImport): Promise<BatchImportEnd> {
  const { jobId, submittedAt } = followed;
  const summary = followSummary(followed);
  const isNotified = (waitMs: number) =>
    condition(() => pipeline.receivedEnds.has(jobId), waitMs, { summary });
  let wasNotified = await isNotified(Math.max(1, Date.parse(submittedAt) + maxFollowMs - Date.now()));
  while (!wasNotified && pipeline.release02 && (await lives(followed)))
    wasNotified = await isNotified(askIntervalMs);
  const end = pipeline.receivedEnds.get(jobId);
  pipeline.receivedEnds.delete(jobId);
  return end ?? trackingFailed(jobId, `its tracker ${followed.trackerId} did not report how it ended`);
}

/** Whether a tracker still runs. If it does, it accepts the signal, which also subscribes this pipeline again. */
async function lives({ trackerId }: FollowedImport): Promise<boolean> {
  try {
    const { workflowId } = workflowInfo();
    await getExternalWorkflowHandle(trackerId).signal(subscribeSignal, { workflowId });
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
}

/**
 * Whether every batch in flight either waits for the next run or is an import whose tracker has not signalled its end.
 * If so, another run can take over.
 */
export function isIdle({ progress, receivedEnds, resting }: Pipeline): boolean {
  return [...progress.batchesInFlight.values()].every(({ batch, following }) =>
    following === null ? resting.has(batch) : !receivedEnds.has(following.jobId),
  );
}

/** Batches that are too large to hand over with the others. Runs started by 0.1.0 hand over all, as they always did. */
export const toFinish = ({ release02, progress }: Pipeline): BatchInFlight[] =>
  release02 ? batchesToFinish([...progress.batchesInFlight.values()]) : [];

/** Resumes batches that wait for the next run in this one, and waits until any batch progresses. */
export async function wake(pipeline: Pipeline, batches: readonly BatchInFlight[]): Promise<void> {
  for (const { batch } of batches) pipeline.resting.delete(batch);
  await condition(() => pipeline.failure !== null || !isIdle(pipeline));
}

/**
 * Stops what the pipeline has started: waits for requests and starts of trackers in flight, cancels the trackers of
 * this run and of earlier ones, and waits briefly for them.
 */
export async function stopTrackers(pipeline: Pipeline): Promise<void> {
  pipeline.stopping = true;
  await condition(() => pipeline.beginning === 0);
  const followed = [...pipeline.progress.batchesInFlight.values()].flatMap(
    ({ following }) => following ?? [],
  );
  const open = followed.filter(({ jobId }) => !pipeline.receivedEnds.has(jobId));
  const asked = await Promise.allSettled(
    open.map(({ trackerId }) => getExternalWorkflowHandle(trackerId).cancel()),
  );
  const expected = open.filter((_, index) => asked[index]?.status === 'fulfilled');
  const summary = `${stopTimeout} for ${counted(expected.length, 'tracker')} to end`;
  await condition(() => expected.every(({ jobId }) => pipeline.receivedEnds.has(jobId)), stopTimeout, {
    summary,
  });
}
