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
import { lanesToFinish } from '../../core/pipeline/carried-size';
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
 * Most ends that are kept of imports that no batch follows: after a reset a tracker may tell of one before it is
 * launched again.
 */
const maxUnexpected = 200;
/** Most bytes of one of them: all are handed over when the pipeline continues as new. */
const maxUnexpectedBytes = 2500;

/**
 * A tracker that was terminated tells nobody: once the API has forgotten its import, and a day more, it is asked
 * whether it still lives, and each day from then on. Runs begun by 0.1.0 wait no longer.
 */
const maxFollowMs = retentionMs + 86_400_000;
const askIntervalMs = 86_400_000;

/** How long a cancelled pipeline waits for its trackers to have ended. */
const stopTimeout = '10 seconds';

type Accepted = Extract<StartedImport, { kind: 'accepted' }>;

/** Takes in what a signal says of how an import ended; another form, or another team, is logged and ignored. */
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
 * Starts the tracker of an import, which its batch follows from then on. It outlives this run, and signals whichever
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
  // A request that was under way is waited for, but nothing new is begun at the end.
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
    // Before a reset this pipeline has started it already: it goes on, and will tell this run.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  } finally {
    pipeline.beginning -= 1;
  }
  const key = attempt > 1 || relaunches > 0 ? { attempt, relaunches } : {};
  inFlight.following = { ...selected(selection), jobId, submittedAt, trackerId, ...key };
}

/**
 * While the run lasts that started a tracker, it also learns of an end that the tracker cannot tell, as when it is
 * terminated.
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
  // What it returns, its signal has said.
  result.then(() => undefined, failed);
}

/** Waits until an import's tracker has told how it ended. */
export async function waitForEnd(pipeline: Pipeline, followed: FollowedImport): Promise<BatchImportEnd> {
  const { jobId, submittedAt } = followed;
  const summary = followSummary(followed);
  const isTold = (waitMs: number) => condition(() => pipeline.receivedEnds.has(jobId), waitMs, { summary });
  let wasTold = await isTold(Math.max(1, Date.parse(submittedAt) + maxFollowMs - Date.now()));
  while (!wasTold && pipeline.release02 && (await lives(followed))) wasTold = await isTold(askIntervalMs);
  const end = pipeline.receivedEnds.get(jobId);
  pipeline.receivedEnds.delete(jobId);
  return end ?? trackingFailed(jobId, `its tracker ${followed.trackerId} did not report how it ended`);
}

/** Whether a tracker still runs: then it takes the signal, by which it knows once more whom to tell. */
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
 * Whether every batch on its way waits for the next run, or is an import whose tracker has not told its end: then
 * another run can go on.
 */
export function isIdle({ progress, receivedEnds, resting }: Pipeline): boolean {
  return [...progress.batchesInFlight.values()].every(({ batch, following }) =>
    following === null ? resting.has(batch) : !receivedEnds.has(following.jobId),
  );
}

/** Batches that are too large to be handed over with the others. Runs begun by 0.1.0 hand over all, as they did. */
export const toFinish = ({ release02, progress }: Pipeline): BatchInFlight[] =>
  release02 ? lanesToFinish([...progress.batchesInFlight.values()]) : [];

/** Has batches that wait for the next run go on in this one, and waits until any batch gets on. */
export async function wake(pipeline: Pipeline, batches: readonly BatchInFlight[]): Promise<void> {
  for (const { batch } of batches) pipeline.resting.delete(batch);
  await condition(() => pipeline.failure !== null || !isIdle(pipeline));
}

/**
 * Ends what the pipeline has begun: waits for the requests and the starts of trackers under way, cancels the trackers
 * of this run and of earlier ones, and waits a little for them.
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
