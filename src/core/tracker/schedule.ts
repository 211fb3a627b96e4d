import { aimedAge } from './forecast/aim';
import type { Polling } from './polling';
import { dueAtMs, expiresAtMs, isOutlived, lostAtMs, nextDailyMs } from './retention';
import type { TrackerState } from './state';

/** The reason for a poll's time. */
export type PollReason =
  | 'first'
  | 'backoff'
  | 'aimed'
  | 'shortest'
  | 'hint'
  | 'budget'
  | 'slow'
  | 'confirm'
  | 'rescue'
  | 'retention_end'
  | 'daily'
  | 'late'
  | 'grace_end'
  | 'wait_timeout'
  | 'poll_now';

/**
 * The next poll: its time on the workflow's clock, and the reason. An urgent poll may be the last chance to get a
 * result.
 */
export interface NextPoll {
  atMs: number;
  reason: PollReason;
  urgent: boolean;
}

/** How long before the end of retention an import is always polled. */
export const rescueLeadMs = 15 * 60_000;
/** How soon a failed rescue is retried. */
export const rescueRetryMs = 3 * 60_000;
/** How long after the end of retention the last poll comes: more than the resolution of the `Date` header. */
const afterRetentionMs = 5000;
/** Earliest and latest time to confirm an early 404. */
export const confirmAfterMs = [30_000, 60_000] as const;
/**
 * Shortest and longest wait after the key or the request is refused for a job already seen: it may be a hiccup of a
 * gateway, else somebody has to fix it first. Runs started by 0.1.0 wait at least for the second.
 */
const refusedWaitMs = [15_000, 5 * 60_000] as const;
/** Minimum time from the last poll to a requested one, so that senders of signals cannot use up a key's quota. */
export const pollNowFloorMs = 5000;
/** After this many changes of `expires_at`, the polls that depend on it keep the minimum distance below. */
const maxMoves = 3;
const restlessWaitMs = 5 * 60_000;
/** In a run started by 0.1.0: polls reserved from `maximumPolls` for the rescue and the one after retention. */
const reservedPolls = 2;
/** The same, and one at the end of the grace period. */
const reservedPollsNow = 3;
/** Shortest wait once retention is over and the import cannot be polled. */
const lateWaitMs = 5 * 60_000;

/**
 * When to poll next, based on everything seen so far. A pure function: the same facts always give the same answer.
 *
 * The wait after a poll is `(backoffCoefficient − 1) × age`, between the two intervals, shortened by jitter. If the job
 * reports progress, it lasts until a time chosen by the predicted end (unless `adaptive` is false). After a refusal, it
 * is as long as the refusal has lasted, up to 5 minutes. A confirmation, the wait that a server requested, and the
 * polls left can make it longer. Finally, it never skips the rescue, the end of retention or the end of `waitTimeout`.
 * Precedence: rescue, budget, server's wait, bound.
 */
export function nextPoll(state: TrackerState, polling: Polling): NextPoll {
  const wanted = longest([bound(state, polling), ...atLeast(state, polling)]);
  return cutOff(wanted, state);
}

/**
 * When to poll next after a poll was requested: at once, but at least 5 s after the last one, and never later than the
 * schedule.
 */
export function requestedPoll(state: TrackerState, polling: Polling): NextPoll {
  const { lastPollAtMs, submittedAtMs } = state;
  const requested = plain(lastPollAtMs === null ? submittedAtMs : lastPollAtMs + pollNowFloorMs, 'poll_now');
  const scheduled = nextPoll(state, polling);
  return scheduled.atMs < requested.atMs ? scheduled : requested;
}

/** The next poll, {@link requestedPoll} or {@link nextPoll}. */
export const duePoll = (state: TrackerState, polling: Polling): NextPoll =>
  state.pollNow ? requestedPoll(state, polling) : nextPoll(state, polling);

/** Whether a requested poll may be made outside the schedule. */
export function mayPollNow(state: TrackerState, polling: Polling): boolean {
  return spare(state, polling) > 0;
}

/**
 * Times of the polls that {@link reservedPollsNow} reserves, on the workflow's clock, in order: before the end of
 * retention, just after it, and at the end of the grace period.
 */
export const reservedPollTimes = (state: TrackerState): [number, number, number] => [
  expiresAtMs(state) - rescueLeadMs,
  lateFromMs(state),
  lostAtMs(state),
];

/**
 * Whether all of `maximumPolls` were used on a job that is still shown after its expiry, so that its end is unknown.
 */
export function isBudgetOver(state: TrackerState, { maximumPolls }: Polling): boolean {
  return maximumPolls !== null && state.polls >= maximumPolls && isOutlived(state);
}

/** The schedule by itself: based on what the polls so far have seen, and on the age at the last one. */
function bound(state: TrackerState, polling: Polling): NextPoll {
  const { submittedAtMs, lastPollAtMs, missing } = state;
  if (lastPollAtMs === null) return plain(submittedAtMs + polling.initialIntervalMs, 'first');
  if (isRefused(state) && hasRules02(state)) {
    const soonestMs = isLate(state) ? lateWaitMs : 0;
    return plain(lastPollAtMs + Math.max(refusedWait(state, polling), soonestMs), 'slow');
  }
  if (missing !== null && !couldNotPoll(state)) {
    const dueMs = missing.sinceMs + (missing.polls === 1 ? confirmAfterMs[0] : confirmAfterMs[1]);
    return plain(Math.max(dueMs, lastPollAtMs + polling.initialIntervalMs), 'confirm');
  }
  // Still shown after its expiry: the rescue before each postponed end makes one poll a day, which is enough.
  if (isOutlived(state) && !couldNotPoll(state)) return plain(Infinity, 'backoff');
  const age = Math.max(0, lastPollAtMs - submittedAtMs);
  if (polling.adaptive && state.progressPoints !== null && !couldNotPoll(state)) {
    const aimedMs = aimedAge(state.progressPoints, polling, submittedAtMs, age, state.draw);
    const isHeld = aimedMs <= age + polling.initialIntervalMs && hasRules02(state);
    return plain(submittedAtMs + aimedMs, isHeld ? 'shortest' : 'aimed');
  }
  const wait = Math.max(
    polling.initialIntervalMs,
    Math.min((polling.backoffCoefficient - 1) * age, polling.maximumIntervalMs),
  );
  const waitMs = wait * (1 - polling.jitter * state.draw);
  if (isLate(state)) return plain(lastPollAtMs + Math.max(waitMs, lateWaitMs), 'late');
  return plain(lastPollAtMs + waitMs, 'backoff');
}

function atLeast(state: TrackerState, polling: Polling): NextPoll[] {
  const waits: NextPoll[] = [];
  const since = state.lastPollAtMs ?? state.submittedAtMs;
  if (state.hintUntilMs !== null) waits.push(plain(state.hintUntilMs, 'hint'));
  if (isRefused(state) && !hasRules02(state)) waits.push(plain(since + refusedWaitMs[1], 'slow'));
  if (polling.maximumPolls !== null) waits.push(plain(since + budgetWaitMs(state, polling, since), 'budget'));
  return waits;
}

/**
 * Spreads the remaining polls over the rest of the wait, evenly on the logarithmic scale on which the bound is
 * geometric.
 */
function budgetWaitMs(state: TrackerState, polling: Polling, sinceMs: number): number {
  const left = spare(state, polling);
  if (left <= 0) return Infinity;
  const age = Math.max(polling.initialIntervalMs, sinceMs - state.submittedAtMs);
  const endMs = Math.min(expiresAtMs(state), state.waitUntilMs ?? Infinity);
  const wholeMs = Math.max(age, endMs - state.submittedAtMs);
  return age * ((wholeMs / age) ** (1 / (left + 1)) - 1);
}

/**
 * The remaining polls, without the reserved ones. If `waitTimeout` ends before the rescue, none are reserved for it.
 */
function spare(state: TrackerState, polling: Polling): number {
  if (polling.maximumPolls === null) return Infinity;
  const seesRescue = state.waitUntilMs === null || state.waitUntilMs > expiresAtMs(state) - rescueLeadMs;
  const reserved = hasRules02(state) ? reservedPollsNow : reservedPolls;
  return polling.maximumPolls - state.polls - (seesRescue ? reserved : 0);
}

/** Shortens a wait so that it does not skip a required poll. */
function cutOff(wanted: NextPoll, state: TrackerState): NextPoll {
  const limits = isLate(state) ? lateLimits(state) : limitsOf(state);
  if (state.waitUntilMs !== null)
    limits.push({ atMs: state.waitUntilMs, reason: 'wait_timeout', urgent: false });
  return limits.reduce((earliest, limit) => (limit.atMs < earliest.atMs ? limit : earliest), wanted);
}

/** Whether the import had expired at the last poll. Always false in a run started by 0.1.0. */
function isLate(state: TrackerState): boolean {
  return hasRules02(state) && state.lastPollAtMs !== null && state.lastPollAtMs >= lateFromMs(state);
}

const lateFromMs = (state: TrackerState): number => dueAtMs(state) + afterRetentionMs;

/**
 * The required polls once retention is over: at the end of the grace period, or, while the job is still shown, once a
 * day and, if that fails, every few minutes. A 404 is confirmed at its own times, because the daily poll, already due,
 * would cause polls without a wait.
 */
function lateLimits(state: TrackerState): NextPoll[] {
  const end: NextPoll = { atMs: lostAtMs(state), reason: 'grace_end', urgent: true };
  const last = state.lastPollAtMs;
  if (last === null || !isOutlived(state)) return [end];
  if (couldNotPoll(state)) return [end, { atMs: last + lateWaitMs, reason: 'late', urgent: true }];
  return state.missing === null ? [end, { atMs: nextDailyMs(state), reason: 'daily', urgent: true }] : [end];
}

function limitsOf(state: TrackerState): NextPoll[] {
  const endMs = expiresAtMs(state);
  const rescueMs = endMs - rescueLeadMs;
  const last = state.lastPollAtMs;
  const soonestMs = isRestless(state) ? (last ?? -Infinity) + restlessWaitMs : -Infinity;
  const endPollMs = Math.max(endMs + afterRetentionMs, soonestMs);
  const limits: NextPoll[] = [{ atMs: endPollMs, reason: 'retention_end', urgent: true }];
  if (last === null || last < rescueMs)
    limits.push({ atMs: Math.max(rescueMs, soonestMs), reason: 'rescue', urgent: true });
  else if (couldNotPoll(state)) limits.push({ atMs: last + rescueRetryMs, reason: 'rescue', urgent: true });
  return limits;
}

/** Whether the end of retention keeps moving. If so, the polls before it must not use up the key's quota. */
const isRestless = ({ timekeeping }: TrackerState): boolean => (timekeeping?.moves ?? 0) > maxMoves;

/** Whether the last poll got no answer about the job. An unknown status is an answer. */
function couldNotPoll({ problem }: TrackerState): boolean {
  return problem !== null && problem.code !== 'unknown_status';
}

/** The wait ends at twice the time since the refusal began. */
function refusedWait({ problem, lastPollAtMs }: TrackerState, { initialIntervalMs }: Polling): number {
  const lastedMs = (lastPollAtMs ?? NaN) - Date.parse(problem?.since ?? '');
  const [soonestMs, latestMs] = refusedWaitMs;
  const wantedMs = Number.isNaN(lastedMs) ? soonestMs : lastedMs;
  return Math.max(initialIntervalMs, Math.min(Math.max(wantedMs, soonestMs), latestMs));
}

/**
 * Not in a run started by 0.1.0: there, `setPolling` computes the schedule during a wait, and the result decides
 * whether its history has a timer.
 */
const hasRules02 = ({ timekeeping }: TrackerState): boolean => timekeeping !== null;

function isRefused({ problem }: TrackerState): boolean {
  return problem?.code === 'key_refused' || problem?.code === 'invalid_request';
}

const plain = (atMs: number, reason: PollReason): NextPoll => ({ atMs, reason, urgent: false });

const longest = (polls: [NextPoll, ...NextPoll[]]): NextPoll =>
  polls.reduce((latest, poll) => (poll.atMs > latest.atMs ? poll : latest));
