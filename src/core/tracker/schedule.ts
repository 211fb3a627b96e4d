import { aimedAge } from './forecast/aim';
import type { Polling } from './polling';
import { dueAtMs, expiresAtMs, isOutlived, lostAtMs, nextDailyMs } from './retention';
import type { TrackerState } from './state';

/** Why a poll is made when it is. */
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

/** The next poll: when, on the workflow's clock, and why. An urgent one may save a result from being lost. */
export interface NextPoll {
  atMs: number;
  reason: PollReason;
  urgent: boolean;
}

/** How long before the end of retention an import is looked at, whatever else was said. */
export const rescueLeadMs = 15 * 60_000;
/** How soon after a failed rescue the next one comes. */
export const rescueRetryMs = 3 * 60_000;
/** How long after the end of retention the last poll comes: past the resolution of the `Date` header. */
const afterRetentionMs = 5000;
/** How soon and how late after an early 404 it is confirmed. */
export const confirmAfterMs = [30_000, 60_000] as const;
/**
 * How soon it is asked again once the key or the request is refused on a job already seen, at the soonest and at the
 * latest: a gateway may hiccup, else somebody has to mend it first. Runs begun by 0.1.0 wait for the second at least.
 */
const refusedWaitMs = [15_000, 5 * 60_000] as const;
/** How soon after a poll one is made that somebody asks for: who may send signals must not spend a key's requests. */
export const pollNowFloorMs = 5000;
/** How often `expires_at` may change before it brings polls no sooner than this after the last. */
const maxMoves = 3;
const restlessWaitMs = 5 * 60_000;
/** Polls kept back from `maximumPolls` for the rescue and the one after retention, in a run begun by 0.1.0. */
const reservedPolls = 2;
/** The same with the one at the end of the time of grace. */
const reservedPollsNow = 3;
/** Shortest wait once retention is over and the import cannot be looked at. */
const lateWaitMs = 5 * 60_000;

/**
 * When to look next, from everything seen so far. Pure: the same facts give the same answer, whoever asks and whenever.
 *
 * The wait after a poll is `(backoffCoefficient − 1) × age`, between the two intervals, shortened by jitter; for a job
 * that reports progress, until a moment chosen by its predicted end (unless `adaptive` is false); after a refusal, as
 * long as it has lasted, up to 5 minutes. A confirmation, a server's hint and the polls left may make it longer. Then
 * the moments that must not be missed cut it off:
 * rescue, end of retention, end of `waitTimeout`. Precedence: rescue, budget, hint, bound.
 */
export function nextPoll(state: TrackerState, polling: Polling): NextPoll {
  const wanted = longest([bound(state, polling), ...atLeast(state, polling)]);
  return cutOff(wanted, state);
}

/**
 * When to look next after somebody has asked for a poll: at once, but not sooner than 5 s after the last one, and not
 * later than the schedule says.
 */
export function askedPoll(state: TrackerState, polling: Polling): NextPoll {
  const { lastPollAtMs, submittedAtMs } = state;
  const asked = plain(lastPollAtMs === null ? submittedAtMs : lastPollAtMs + pollNowFloorMs, 'poll_now');
  const scheduled = nextPoll(state, polling);
  return scheduled.atMs < asked.atMs ? scheduled : asked;
}

/** What comes next, {@link askedPoll} or {@link nextPoll}. */
export const duePoll = (state: TrackerState, polling: Polling): NextPoll =>
  state.pollNow ? askedPoll(state, polling) : nextPoll(state, polling);

/** Whether a poll may be spent outside the schedule, when somebody asks for one. */
export function mayPollNow(state: TrackerState, polling: Polling): boolean {
  return spare(state, polling) > 0;
}

/**
 * When the polls come for which {@link reservedPollsNow} are kept back, on the workflow's clock, in their order: before
 * the end of retention, just after it, and at the end of the time of grace.
 */
export const reservedPollTimes = (state: TrackerState): [number, number, number] => [
  expiresAtMs(state) - rescueLeadMs,
  lateFromMs(state),
  lostAtMs(state),
];

/** Whether all of `maximumPolls` went to a job that is shown though its time is over: nothing says when it will end. */
export function isBudgetOver(state: TrackerState, { maximumPolls }: Polling): boolean {
  return maximumPolls !== null && state.polls >= maximumPolls && isOutlived(state);
}

/**
 * The schedule without outside demands: due at a moment that depends on what the polls so far have seen, and on the age
 * at the last.
 */
function bound(state: TrackerState, polling: Polling): NextPoll {
  const { submittedAtMs, lastPollAtMs, missing } = state;
  if (lastPollAtMs === null) return plain(submittedAtMs + polling.initialIntervalMs, 'first');
  if (isRefused(state) && hasRules02(state)) {
    const soonestMs = isLate(state) ? lateWaitMs : 0;
    return plain(lastPollAtMs + Math.max(refusedWait(state, polling), soonestMs), 'slow');
  }
  if (missing !== null && !couldNotLook(state)) {
    const dueMs = missing.sinceMs + (missing.polls === 1 ? confirmAfterMs[0] : confirmAfterMs[1]);
    return plain(Math.max(dueMs, lastPollAtMs + polling.initialIntervalMs), 'confirm');
  }
  // Its time is over, and still it is shown: once a day is enough, at the rescue before the end that is put off.
  if (isOutlived(state) && !couldNotLook(state)) return plain(Infinity, 'backoff');
  const age = Math.max(0, lastPollAtMs - submittedAtMs);
  if (polling.adaptive && state.progressPoints !== null && !couldNotLook(state)) {
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
 * Spreads the polls that are left evenly over what is left of the wait, on the logarithmic scale on which the bound is
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
 * The polls left, without those kept back; nothing is kept back for a rescue that `waitTimeout` will not see.
 */
function spare(state: TrackerState, polling: Polling): number {
  if (polling.maximumPolls === null) return Infinity;
  const seesRescue = state.waitUntilMs === null || state.waitUntilMs > expiresAtMs(state) - rescueLeadMs;
  const reserved = hasRules02(state) ? reservedPollsNow : reservedPolls;
  return polling.maximumPolls - state.polls - (seesRescue ? reserved : 0);
}

/** Cuts a wait off at the moments that must not be missed. */
function cutOff(wanted: NextPoll, state: TrackerState): NextPoll {
  const limits = isLate(state) ? lateLimits(state) : limitsOf(state);
  if (state.waitUntilMs !== null)
    limits.push({ atMs: state.waitUntilMs, reason: 'wait_timeout', urgent: false });
  return limits.reduce((earliest, limit) => (limit.atMs < earliest.atMs ? limit : earliest), wanted);
}

/** Whether the time of the import was over at the last poll; in a run begun by 0.1.0 that is nothing of its own. */
function isLate(state: TrackerState): boolean {
  return hasRules02(state) && state.lastPollAtMs !== null && state.lastPollAtMs >= lateFromMs(state);
}

const lateFromMs = (state: TrackerState): number => dueAtMs(state) + afterRetentionMs;

/**
 * Once retention is over: the end of the time of grace, or, while the job is still shown, once a day and, when that
 * fails, every few minutes. A 404 is confirmed in its own time: the day is over then, and would bring polls at once.
 */
function lateLimits(state: TrackerState): NextPoll[] {
  const end: NextPoll = { atMs: lostAtMs(state), reason: 'grace_end', urgent: true };
  const last = state.lastPollAtMs;
  if (last === null || !isOutlived(state)) return [end];
  if (couldNotLook(state)) return [end, { atMs: last + lateWaitMs, reason: 'late', urgent: true }];
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
  else if (couldNotLook(state)) limits.push({ atMs: last + rescueRetryMs, reason: 'rescue', urgent: true });
  return limits;
}

/** Whether the end of retention moves again and again: then what comes before it must not eat up the key's quota. */
const isRestless = ({ timekeeping }: TrackerState): boolean => (timekeeping?.moves ?? 0) > maxMoves;

/** Whether the last poll brought no answer about the job. An unknown status is an answer. */
function couldNotLook({ problem }: TrackerState): boolean {
  return problem !== null && problem.code !== 'unknown_status';
}

/** Until twice the time since the refusal began. */
function refusedWait({ problem, lastPollAtMs }: TrackerState, { initialIntervalMs }: Polling): number {
  const lastedMs = (lastPollAtMs ?? NaN) - Date.parse(problem?.since ?? '');
  const [soonestMs, latestMs] = refusedWaitMs;
  const wantedMs = Number.isNaN(lastedMs) ? soonestMs : lastedMs;
  return Math.max(initialIntervalMs, Math.min(Math.max(wantedMs, soonestMs), latestMs));
}

/** Not in a run begun by 0.1.0: `setPolling` asks in the middle of a wait, and then its history has a timer or none. */
const hasRules02 = ({ timekeeping }: TrackerState): boolean => timekeeping !== null;

function isRefused({ problem }: TrackerState): boolean {
  return problem?.code === 'key_refused' || problem?.code === 'invalid_request';
}

const plain = (atMs: number, reason: PollReason): NextPoll => ({ atMs, reason, urgent: false });

const longest = (polls: [NextPoll, ...NextPoll[]]): NextPoll =>
  polls.reduce((latest, poll) => (poll.atMs > latest.atMs ? poll : latest));
