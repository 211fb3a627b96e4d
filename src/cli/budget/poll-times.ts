import type { PollAnswer } from '../../core/tracker/get-import-status';
import { observe } from '../../core/tracker/observe';
import { parsePolling, type PollingInput } from '../../core/tracker/polling';
import { nextPoll } from '../../core/tracker/schedule';
import { newTrackerState } from '../../core/tracker/state';
import type { Random } from './random';
import { processedAt, type Trace } from './traces';

/**
 * When the tracker asks about a job, in milliseconds after submission; the last poll finds it ended. The functions are
 * those that the workflow calls, on a clock that begins at 0; a poll takes no time.
 */
export function pollTimes(trace: Trace, input: PollingInput, random: Random): number[] {
  const polling = parsePolling(input);
  const polls: number[] = [];
  const draw = random.uniform();
  let nowMs = 0;
  let state = newTrackerState({ startedAtMs: 0, submittedAt: undefined, waitTimeoutMs: undefined, draw });
  for (;;) {
    nowMs = Math.max(nowMs, nextPoll(state, polling).atMs);
    polls.push(nowMs);
    const times = { beganAtMs: nowMs, endedAtMs: nowMs, draw: random.uniform() };
    const step = observe({ ...state, polls: polls.length }, look(trace, nowMs), times);
    if (step.ending !== null) return polls;
    state = step.state;
  }
}

function look(trace: Trace, nowMs: number): PollAnswer {
  const { durationMs, total } = trace;
  const status = nowMs >= durationMs ? 'complete' : 'processing';
  return {
    found: true,
    job: { status, total, processed: processedAt(trace, nowMs) },
    resultsRef: null,
    resultsOmitted: false,
    serverTime: null,
    retryAfterMs: null,
  };
}
