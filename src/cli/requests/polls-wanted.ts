import { retentionMs } from '../../core/api/limits';
import { failureTypes, type FailureType } from '../../core/failures';
import { problemCode } from '../../core/tracker/observe';
import { reservedPollTimes } from '../../core/tracker/schedule';
import { monthOf } from '../../temporal/fleet';
import type { ListedImport } from '../../temporal/listing/listing';
import { newState, pollTimes } from '../budget/poll-times';
import { seededRandom } from '../budget/random';
import type { Trace } from '../budget/traces';

/** The facts of an open import that determine its future polls. */
export type OpenImport = Pick<ListedImport, 'runId' | 'startedAt' | 'expiresAt' | 'problem' | 'asked'>;

/** Numbers of future polls of open imports. */
export interface PollCounts {
  /** Polls that save results: before retention ends, just after, and at the end of the grace period. */
  last: number;
  /**
   * Including `last`, if imports report linear progress and end when that predicts; an import without a prediction runs
   * for its age again, at least three minutes.
   */
  withProgress: number;
  /** Including `last`, if imports report no progress and run until they expire. */
  withoutProgress: number;
}

/** How many polls open imports will need under the default policy. */
export interface PollsWanted {
  imports: number;
  /** Polls made so far, as reported by the trackers that were queried. */
  made: number;
  /** Polls until the last import ends. */
  inAll: PollCounts;
  /** How many of them fall before the end of the calendar month (UTC). */
  thisMonth: PollCounts;
  /** Imports whose polls currently fail, and their share of `inAll` if that lasts. */
  inTrouble: { imports: number; polls: number };
}

/**
 * Counts future polls with the tracker's own schedule under its defaults, from each import's age and current problem,
 * which is assumed to last.
 */
export function pollsWanted(imports: readonly OpenImport[], nowMs: number): PollsWanted {
  const wanted: PollsWanted = {
    ...{ imports: imports.length, made: 0 },
    ...{ inAll: noPolls(), thisMonth: noPolls() },
    inTrouble: { imports: 0, polls: 0 },
  };
  const times = rememberedTimes();
  const { endMs } = monthOf(nowMs);
  for (const each of imports) {
    const outlivedUntilMs = outlivedUntil(each);
    if (outlivedUntilMs !== null) {
      add(wanted.inAll, dailyPolls(outlivedUntilMs - nowMs));
      add(wanted.thisMonth, dailyPolls(Math.min(outlivedUntilMs, endMs) - nowMs));
      wanted.made += each.asked?.polls ?? 0;
      continue;
    }
    const submittedMs = submittedAtMs(each);
    const ageMs = Math.max(0, nowMs - submittedMs);
    const failing = failureOf(each.problem);
    const plans = plansOf(each, submittedMs, ageMs, failing);
    const inAll = countPolls(plans, times, { from: ageMs, to: Infinity });
    add(wanted.inAll, inAll);
    add(wanted.thisMonth, countPolls(plans, times, { from: ageMs, to: endMs - submittedMs }));
    wanted.made += each.asked?.polls ?? 0;
    if (failing === null) continue;
    wanted.inTrouble.imports += 1;
    wanted.inTrouble.polls += inAll.withoutProgress;
  }
  return wanted;
}

/**
 * When the import was submitted. The index knows only the start of the tracker's current run, and an import may be
 * older than its tracker; but it also knows the expiry.
 */
function submittedAtMs({ startedAt, expiresAt }: OpenImport): number {
  const startedMs = Date.parse(startedAt);
  return expiresAt === null ? startedMs : Math.min(startedMs, Date.parse(expiresAt) - retentionMs);
}

/**
 * Until when an import is tracked at most if the API still shows it after its retention; the index marks it with a time
 * further ahead than any retention. Null for all other imports.
 */
function outlivedUntil({ startedAt, expiresAt }: OpenImport): number | null {
  const untilMs = Date.parse(expiresAt ?? '');
  return untilMs - Date.parse(startedAt) > retentionMs + dayMs ? untilMs : null;
}

const dayMs = 86_400_000;

/** Such an import is polled once a day, and has no last polls. */
const dailyPolls = (leftMs: number): PollCounts => {
  const days = Math.ceil(leftMs / dayMs);
  return { last: 0, withProgress: Math.min(1, days), withoutProgress: days };
};

/** The failure that appears to a tracker as this problem; null if polls succeed. */
const failureOf = (problem: string | null): FailureType | null =>
  failureTypes.find((type) => problemCode(type) === problem) ?? null;

/** How an import may continue. */
interface Plan {
  durationMs: number;
  hasProgress: boolean;
  failing: FailureType | null;
}

function plansOf({ asked }: OpenImport, submittedMs: number, ageMs: number, failing: FailureType | null) {
  const longest: Plan = { durationMs: retentionMs, hasProgress: false, failing };
  // While polls fail, the tracker sees neither progress nor the end.
  if (failing !== null) return { longest, likely: longest };
  const endAt = asked?.estimatedEndAt ?? null;
  const durationMs = endAt === null ? asLongAgain(ageMs) : Date.parse(endAt) - submittedMs;
  return {
    longest,
    likely: { ...longest, durationMs, hasProgress: asked == null || asked.fraction !== null },
  };
}

/** The duration that `import --dry-run` assumes. */
const shortestMs = 3 * 60_000;

/** Twice an age, rounded up to one of four values per octave, so that many imports share few schedules. */
const asLongAgain = (ageMs: number): number =>
  shortestMs * 2 ** (Math.ceil(4 * Math.log2(Math.max(1, (2 * ageMs) / shortestMs))) / 4);

/** The last polls, by age. */
const lastPollTimes = reservedPollTimes(newState(0));

/** Counts the polls of one import between two ages. At least one is still to come, unless all are later. */
function countPolls(
  { longest, likely }: ReturnType<typeof plansOf>,
  times: (plan: Plan, fromMs: number) => readonly number[],
  { from, to }: { from: number; to: number },
): PollCounts {
  const count = (pollTimes: readonly number[]) => {
    const later = pollTimes.filter((atMs) => atMs > from);
    return later.length === 0 ? 1 : later.filter((atMs) => atMs < to).length;
  };
  const last = count(lastPollTimes);
  const most = Math.max(last, count(times(longest, from)));
  return {
    last,
    withProgress: Math.max(last, Math.min(most, count(times(likely, from)))),
    withoutProgress: most,
  };
}

const noPolls = (): PollCounts => ({ last: 0, withProgress: 0, withoutProgress: 0 });

function add(sum: PollCounts, counts: PollCounts): void {
  sum.last += counts.last;
  sum.withProgress += counts.withProgress;
  sum.withoutProgress += counts.withoutProgress;
}

/**
 * Caches when imports are polled, by age and with durations rounded to minutes, so that similar imports are replayed
 * once.
 */
function rememberedTimes(): (plan: Plan, fromMs: number) => readonly number[] {
  const known = new Map<string, number[]>();
  return ({ durationMs, hasProgress, failing }, fromMs) => {
    const minutes = Math.min(Math.ceil(Math.max(durationMs, fromMs, 1) / 60_000), retentionMs / 60_000);
    const key = `${minutes} ${hasProgress} ${failing}`;
    const times =
      known.get(key) ?? pollTimes(traceOf(minutes * 60_000, hasProgress), {}, seededRandom(1), failing);
    known.set(key, times);
    return times;
  };
}

const rows = 1000;

const traceOf = (durationMs: number, hasProgress: boolean): Trace => ({
  durationMs,
  total: hasProgress ? rows : null,
  progress: hasProgress
    ? [
        [0, 0],
        [durationMs, rows],
      ]
    : [],
});
