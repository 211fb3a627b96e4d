import type { FailureType } from '../failures';
import type { FailedResults, PollAnswer } from './get-import-status';
import { withoutResults, type ImportJob } from '../api/import-job';
import { knownJobStatus } from '../api/job-statuses';
import { reportedStatus } from './end-statuses';
import {
  boundedMessage,
  type Evidence,
  type ImportOutcome,
  type ProblemCode,
  type Unaddressed,
} from './outcome';
import { addPoint } from './forecast/progress-points';
import { confirmAfterMs } from './schedule';
import { dueAtMs, expiresAtMs, isOutlived, lostAtMs, statedExpiryMs } from './retention';
import type { TrackerState } from './state';
import { readClock, type ClockReading, type Timekeeping } from './timekeeping';

/** The result of a poll: the tracker's new state, and its end if the poll ended it. */
export interface Step {
  state: TrackerState;
  ending: Unaddressed<ImportOutcome> | null;
}

/** When a poll started and ended on the workflow's clock, and the random number for the next wait. */
export interface PollTimes {
  beganAtMs: number;
  endedAtMs: number;
  draw: number;
}

/** A poll without an answer. `retryAfterMs` is the wait that the server requested. */
export interface PollFailure {
  type: FailureType;
  message: string;
  retryAfterMs: number | null;
}

/** How long after submission a 404 on a job never seen still means that it is not visible yet. */
const notVisibleYetMs = 15_000;

/** How many 404s in a row count as gone, for a job that was seen before and has not expired. */
const confirmations = 3;

/** Whether the caller has to fix something before a poll can succeed. */
export function isRefusal(type: FailureType): boolean {
  return problemCode(type) === 'key_refused' || problemCode(type) === 'invalid_request';
}

/** Updates the state with an answer of the API. */
export function observe(state: TrackerState, answer: PollAnswer, times: PollTimes): Step {
  const clockReading = readClock(state, answer.serverTime, times);
  const isRefuted = answer.found && refutes(answer.job, state, clockReading, times);
  const { isBelieved, ...reading } = isRefuted
    ? { ...clockReading, clock: state.clock, isBelieved: false }
    : clockReading;
  const seen = { ...settled(state, times), answered: true, ...reading };
  return answer.found
    ? observeJob(seen, answer, times)
    : observeMissing(seen, isBelieved ? answer.serverTime : null, times);
}

/** Whether the API still shows a job that has expired by the clock just read, but not by the clock believed before. */
function refutes(
  job: ImportJob,
  state: TrackerState,
  clockReading: ClockReading,
  { beganAtMs }: PollTimes,
): boolean {
  if (state.timekeeping === null || clockReading.clock === state.clock) return false;
  const isOverBy = (clock: TrackerState['clock']) => dueAtMs({ ...state, job, clock }) <= beganAtMs;
  return isOverBy(clockReading.clock) && !isOverBy(state.clock);
}

/** Updates the state with a failed poll. It never ends the tracking before retention does. */
export function observeFailure(state: TrackerState, failure: PollFailure, times: PollTimes): Step {
  const next: TrackerState = {
    ...settled(state, times),
    hintUntilMs: failure.retryAfterMs === null ? null : times.endedAtMs + failure.retryAfterMs,
    problem: noted(state, problemCode(failure.type), failure.message, times),
  };
  return { state: next, ending: lostBy(next, times) };
}

/**
 * The end of an import whose outcome nobody can know any more, or null while it can still be polled. A run started by
 * 0.1.0 gives up at the end of retention.
 */
function lostBy(state: TrackerState, { beganAtMs }: PollTimes): Unaddressed<ImportOutcome> | null {
  if (state.timekeeping === null) return beganAtMs >= expiresAtMs(state) ? timedOut(state) : null;
  if (beganAtMs < lostAtMs(state)) return null;
  return { status: 'lost', lastSeen: state.job, problem: state.problem };
}

/** The end by `waitTimeout`. In a run started by 0.1.0, also the end if retention ends first. */
export function timedOut(state: TrackerState): Unaddressed<ImportOutcome> {
  return { status: 'timed_out', lastSeen: state.job, problem: state.problem };
}

function observeJob(state: TrackerState, answer: PollAnswer & { found: true }, times: PollTimes): Step {
  const { retryAfterMs, resultsRef, resultsOmitted } = answer;
  const job = withoutResults(answer.job);
  const next: TrackerState = {
    ...state,
    job,
    timekeeping: state.timekeeping && shownAt(state, state.timekeeping, job, times),
    missing: null,
    hintUntilMs: retryAfterMs === null ? null : times.endedAtMs + retryAfterMs,
    problem: unknownStatus(state, job, times),
    firstProgress: state.firstProgress ?? progressSeen(job, times),
    progressPoints: addPoint(state.progressPoints, job, times.endedAtMs),
  };
  const status = reportedStatus(job);
  if (status !== null) {
    const ending = { status, job: answer.job, resultsRef, resultsOmitted, ...failedResultsOf(answer) };
    return { state: next, ending };
  }
  return { state: next, ending: lostBy(next, times) };
}

const failedResultsOf = ({ failedResults, failedOmitted = 0 }: Partial<FailedResults>) =>
  failedResults === undefined ? {} : { failedResults, failedOmitted };

/** What is known of the API's dates after it has shown the job. */
function shownAt(
  before: TrackerState,
  timekeeping: Timekeeping,
  job: ImportJob,
  { beganAtMs }: PollTimes,
): Timekeeping {
  const isSame = before.job !== null && before.job.expires_at === job.expires_at;
  const isOver = dueAtMs({ ...before, job, timekeeping: { ...timekeeping, isStale: false } }) <= beganAtMs;
  return {
    ...timekeeping,
    shownAtMs: beganAtMs,
    isStale: isSame ? timekeeping.isStale : isOver,
    moves: timekeeping.moves + (before.job === null || isSame ? 0 : 1),
  };
}

function observeMissing(state: TrackerState, serverTime: string | null, times: PollTimes): Step {
  const next = { ...state, problem: null };
  if (isOver(state, serverTime, times)) return { state: next, ending: expired(state, 'retention_over') };
  if (state.job === null) {
    const early = times.beganAtMs - state.submittedAtMs < notVisibleYetMs;
    return { state: next, ending: early ? null : expired(state, 'never_seen') };
  }
  const sinceMs = state.missing?.sinceMs ?? times.endedAtMs;
  const missing = { sinceMs, polls: (state.missing?.polls ?? 0) + 1 };
  const confirmed = missing.polls >= confirmations && times.beganAtMs - sinceMs >= confirmAfterMs[1];
  if (!confirmed) return { state: { ...next, missing }, ending: null };
  // Shown after its stated expiry, so one 404 was not enough; still, the end of retention is what removed it.
  const isLate = state.timekeeping !== null && times.endedAtMs >= dueAtMs(state);
  return {
    state: { ...next, missing },
    ending: expired(state, isLate ? 'retention_over' : 'vanished_early'),
  };
}

/**
 * Whether the job had expired when the server answered: by the server's clock if the answer states it, else by ours.
 */
function isOver(state: TrackerState, serverTime: string | null, times: PollTimes): boolean {
  if (times.endedAtMs >= expiresAtMs(state)) return true;
  if (isOutlived(state) || state.timekeeping?.isStale === true) return false;
  return Date.parse(serverTime ?? '') >= (statedExpiryMs(state) ?? Infinity);
}

const evidenceTexts: Record<Evidence, string> = {
  retention_over:
    'The API answers 404, since it no longer keeps this import. The row results are gone; records that were created remain.',
  vanished_early:
    'The API answered 404 three times over at least a minute for an import that it had returned before and that was not due to expire. Ask Micro support.',
  never_seen:
    'The API answers 404 and has never returned this import. Check the team id and the job id; an import answered with 200 has no job.',
};

function expired(state: TrackerState, evidence: Evidence): Unaddressed<ImportOutcome> {
  return { status: 'expired', lastSeen: state.job, evidence, message: evidenceTexts[evidence] };
}

/** The state after any poll, before its result is applied. */
function settled(state: TrackerState, times: PollTimes): TrackerState {
  return { ...state, lastPollAtMs: times.endedAtMs, draw: times.draw, hintUntilMs: null };
}

function unknownStatus(state: TrackerState, job: ImportJob, times: PollTimes): TrackerState['problem'] {
  if (knownJobStatus(job.status) !== null) return null;
  const shown = JSON.stringify(job.status.slice(0, 100));
  return noted(state, 'unknown_status', `The API reports the undocumented status ${shown}.`, times);
}

function noted(
  state: TrackerState,
  code: ProblemCode,
  message: string,
  times: PollTimes,
): TrackerState['problem'] {
  const since = state.problem?.code === code ? state.problem.since : new Date(times.endedAtMs).toISOString();
  return { code, message: boundedMessage(message), since };
}

function progressSeen(job: ImportJob, times: PollTimes): TrackerState['firstProgress'] {
  const processed = job.processed ?? 0;
  return processed > 0 ? { atMs: times.endedAtMs, processed } : null;
}

/** The problem that a failure of this type means for a tracker. */
export function problemCode(type: FailureType): ProblemCode {
  switch (type) {
    case 'PrismUnauthorized':
    case 'PrismForbidden':
      return 'key_refused';
    case 'PrismInvalidRequest':
    case 'InvalidInput':
      return 'invalid_request';
    case 'PrismRateLimited':
      return 'rate_limited';
    case 'PrismMalformedResponse':
      return 'malformed';
    case 'PrismUnavailable':
    case 'OutOfTime':
    case 'Unexpected':
    case 'PrismUnclear':
    case 'PrismInProgress':
    case 'StorageUnavailable':
    case 'SourceInvalid':
      return 'unavailable';
  }
}
