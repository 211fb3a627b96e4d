import { retentionMs } from '../../core/api/limits';
import type { FailureType } from '../../core/failures';
import type { PollAnswer } from '../../core/tracker/get-import-status';
import { observe, observeFailure } from '../../core/tracker/observe';
import { parsePolling, type PollingInput } from '../../core/tracker/polling';
import { nextPoll } from '../../core/tracker/schedule';
import { newTrackerState, type TrackerState } from '../../core/tracker/state';
import { newTimekeeping } from '../../core/tracker/timekeeping';
import type { Random } from './random';
import { processedAt, type Trace } from './traces';

/** The state of a new tracker under current rules, on a clock that starts at 0 with the submission. */
export const newState = (draw: number): TrackerState => ({
  ...newTrackerState({ startedAtMs: 0, submittedAt: undefined, waitTimeoutMs: undefined, draw }),
  timekeeping: newTimekeeping,
});

/**
 * When the tracker polls a job, in milliseconds after submission. The last poll finds the job ended, or expired after
 * seven days; if every poll fails, it is the one after which the tracker gives up. Calls the workflow's own functions,
 * on a clock that starts at 0; polls take no time.
 */
export function pollTimes(
  trace: Trace,
  input: PollingInput,
  random: Random,
  failing: FailureType | null = null,
): number[] {
  const polling = parsePolling(input);
  const polls: number[] = [];
  let nowMs = 0;
  let state = newState(random.uniform());
  for (;;) {
    nowMs = Math.max(nowMs, nextPoll(state, polling).atMs);
    polls.push(nowMs);
    const times = { beganAtMs: nowMs, endedAtMs: nowMs, draw: random.uniform() };
    const polled = { ...state, polls: polls.length };
    const step =
      failing === null
        ? observe(polled, answerAt(trace, nowMs), times)
        : observeFailure(polled, { type: failing, message: '', retryAfterMs: null }, times);
    if (step.ending !== null) return polls;
    state = step.state;
  }
}

function answerAt(trace: Trace, nowMs: number): PollAnswer {
  const { durationMs, total } = trace;
  const isOver = nowMs >= durationMs;
  if (nowMs >= retentionMs && durationMs >= retentionMs) return { found: false, serverTime: null };
  return {
    found: true,
    job: { status: isOver ? 'complete' : 'processing', total, processed: processedAt(trace, nowMs) },
    resultsRef: null,
    resultsOmitted: false,
    serverTime: null,
    retryAfterMs: null,
  };
}
