import { CancellationScope, continueAsNew, isCancellation, TemporalFailure } from '@temporalio/workflow';
import {
  observe,
  observeFailure,
  problemCode,
  timedOut,
  type PollTimes,
  type Step,
} from '../core/tracker/observe';
import {
  boundedMessage,
  type ImportEnd,
  type ImportOutcome,
  type Unaddressed,
} from '../core/tracker/outcome';
import { troubledSinceMs } from '../core/tracker/notices/due-notices';
import { detectionDelayMs, pollResult } from '../core/tracker/poll-result';
import { duePoll, isBudgetOver, mayPollNow, type NextPoll } from '../core/tracker/schedule';
import { describeLastSeen, waitSummary } from '../core/details/summaries';
import type { TrackImportInput } from '../core/tracker/input';
import { addOperators } from '../core/tracker/notices/operator-notices';
import type { Undelivered } from '../core/tracker/subscribers';
import { mustHandOver } from './runtime/hand-over';
import { countEnd, countExpired, countPoll } from './runtime/metrics';
import { readActivityFailure } from './runtime/activity-failure';
import { acceptInput } from './tracker/accept-input';
import { notifySubscribers } from './tracker/notify';
import { handleMessages } from './tracker/handle-messages';
import { maxEvents } from './tracker/max-events';
import { pollOnce } from './tracker/poll-once';
import { toPollFailure, isRefusedAtFirst } from './tracker/poll-failure';
import { publishTracker } from './tracker/publish';
import { newTracker, toTrackerInput, type Tracker } from './tracker/tracker';

/**
 * Tracks one import to its end and returns its outcome. Every subscriber is notified, however the import ends.
 *
 * Fails with `InvalidInput` if the input is malformed, and with `PrismUnauthorized`, `PrismForbidden` or
 * `PrismInvalidRequest` if the API refuses the key or the request before the first good answer. Cancelling the workflow
 * stops the tracking at once; the import itself continues.
 *
 * @example
 *   import { executeChild } from '@temporalio/workflow';
 *   import type { trackImport } from 'prism-imports/workflows';
 *
 *   const end = await executeChild<typeof trackImport>('trackImport', {
 *     taskQueue: 'prism-imports',
 *     args: [{ teamId, jobId, submittedAt }],
 *   });
 */
export async function trackImport(input: TrackImportInput): Promise<ImportOutcome> {
  const tracker = newTracker(await acceptInput(input));
  handleMessages(tracker);
  try {
    return await finish(tracker, await follow(tracker));
  } catch (error) {
    if (error instanceof TemporalFailure) await finishWithout(tracker, error);
    throw error;
  }
}

/**
 * Waits on a durable timer and polls, again and again, until the import, its retention or `waitTimeout` ends. A signal
 * or a new policy takes effect at once.
 */
async function follow(tracker: Tracker): Promise<Unaddressed<ImportOutcome>> {
  tracker.notices.update(tracker.state);
  for (;;) {
    const nowMs = Date.now();
    const next = dueNext(tracker, nowMs);
    if (next.atMs > nowMs) {
      publishTracker(tracker, 'waiting');
      const summary = waitSummary(next, nowMs, tracker.state.polls + 1, describeLastSeen(tracker.state));
      const isWoken = await tracker.timer.sleep(next.atMs - nowMs, summary);
      if (mustContinueAsNew(tracker)) await handOver(tracker);
      // Only when woken: the schedule of another version may give another time, and so a timer that no history has.
      if (isWoken) continue;
    }
    if (next.reason === 'wait_timeout' && !mayPollNow(tracker.state, tracker.polling))
      return timedOut(tracker.state);
    const { state, ending } = await poll(tracker, next);
    tracker.state = tracker.aims ? state : { ...state, progressPoints: null };
    tracker.state = { ...tracker.state, troubledSinceMs: troubledSinceMs(tracker.state) };
    if (ending !== null) return ending;
    tracker.notices.update(tracker.state);
    if (state.waitUntilMs !== null && Date.now() >= state.waitUntilMs) return timedOut(state);
    if (isBudgetOver(state, tracker.polling)) return timedOut(state);
    if (mustContinueAsNew(tracker)) await handOver(tracker);
  }
}

/**
 * Continues as new once all due notices to webhooks are handed over. If cancelled meanwhile, it continues in this run,
 * since the new one would not know.
 */
async function handOver(tracker: Tracker): Promise<void> {
  const handingOver = tracker.notices.stop();
  if (handingOver !== null) await handingOver;
  if (mustContinueAsNew(tracker)) await continueAsNew<typeof trackImport>(toTrackerInput(tracker));
}

/** A run started before release 0.2 polls at once on every request. */
const dueNext = ({ state, polling, release02 }: Tracker, nowMs: number): NextPoll =>
  state.pollNow && !release02 ? { atMs: nowMs, reason: 'poll_now', urgent: false } : duePoll(state, polling);

/**
 * Whether to hand over to a new run because the history has grown long. Never once cancelled, since the new run would
 * not know.
 */
const mustContinueAsNew = ({ release02 }: Tracker): boolean =>
  mustHandOver(release02, maxEvents) && !CancellationScope.current().consideredCancelled;

/**
 * Makes one poll and returns its result. The caller's deadline cuts it short. A failure is a result like an answer,
 * unless it makes further polls pointless.
 */
async function poll(tracker: Tracker, next: NextPoll): Promise<Step> {
  tracker.state = { ...tracker.state, polls: tracker.state.polls + 1, pollNow: false };
  publishTracker(tracker, 'polling');
  const beganAtMs = Date.now();
  const times = (): PollTimes => ({ beganAtMs, endedAtMs: Date.now(), draw: Math.random() });
  try {
    const status = await pollOnce(tracker, next);
    const polled = times();
    if (tracker.release02) addOperators(tracker.subscribers, status.notices);
    countPoll(pollResult(status), detectionDelayMs(tracker.state, status, polled));
    return observe(tracker.state, status, polled);
  } catch (error) {
    if (isCancellation(error) && CancellationScope.current().consideredCancelled) throw error;
    const failure = toPollFailure(error);
    if (tracker.release02) addOperators(tracker.subscribers, failure.notices);
    countPoll(problemCode(failure.type));
    if (isRefusedAtFirst(failure, tracker.state)) throw failure.cause;
    const step = observeFailure(tracker.state, failure, times());
    // A poll cut short by `waitTimeout` says nothing new about the problem.
    const { problem } = tracker.state;
    return isCancellation(error) && problem !== null ? { ...step, state: { ...step.state, problem } } : step;
  }
}

async function finish(tracker: Tracker, ending: Unaddressed<ImportOutcome>): Promise<ImportOutcome> {
  const { teamId, jobId } = tracker.request;
  const { polls, startedAtMs } = tracker.state;
  const startedAt = new Date(startedAtMs).toISOString();
  const endedAt = new Date().toISOString();
  const outcome: ImportOutcome = {
    ...ending,
    teamId,
    jobId,
    tracking: { polls, startedAt, endedAt, undelivered: [] },
  };
  countEnd(ending.status);
  if (ending.status === 'expired') countExpired(ending.evidence);
  const undelivered = await notifyAndPublish(tracker, outcome);
  return { ...outcome, tracking: { ...outcome.tracking, undelivered } };
}

/** Ends a tracker that fails or is cancelled, after notifying its subscribers. */
async function finishWithout(tracker: Tracker, error: TemporalFailure): Promise<void> {
  const { teamId, jobId } = tracker.request;
  const { type, message, isCancelled } = readActivityFailure(error);
  const status = isCancelled ? 'cancelled' : 'error';
  const failure = isCancelled ? cancelled : { type, message: boundedMessage(message) };
  countEnd(status);
  await notifyAndPublish(tracker, { status, teamId, jobId, failure });
}

/** Notifies all subscribers of the end, even while being cancelled. Returns those that could not be notified. */
async function notifyAndPublish(tracker: Tracker, end: ImportEnd): Promise<Undelivered[]> {
  let undelivered: Undelivered[] = [];
  const handingOver = tracker.notices.stop();
  if (handingOver !== null) await handingOver;
  if (tracker.subscribers.length > 0) {
    publishTracker(tracker, 'delivering', end);
    undelivered = await CancellationScope.nonCancellable(() => notifySubscribers(tracker, end));
  }
  publishTracker(tracker, 'done', end, undelivered.length);
  return undelivered;
}

const cancelled = {
  type: 'CancelledFailure',
  message: 'The tracker was cancelled; the import itself continues.',
};
