import { retentionMs } from '../../core/api/limits';
import { failureTypes, type FailureType } from '../../core/failures';
import { problemCode } from '../../core/tracker/observe';
import { reservedPollTimes } from '../../core/tracker/schedule';
import { monthOf } from '../../temporal/fleet';
import type { ListedImport } from '../../temporal/listing/listing';
import { newState, pollTimes } from '../budget/poll-times';
import { seededRandom } from '../budget/random';
import type { Trace } from '../budget/traces';

/** An open import, as far as its polls to come depend on it. */
export type OpenImport = Pick<ListedImport, 'runId' | 'startedAt' | 'expiresAt' | 'problem' | 'asked'>;

/** Polls to come of open imports. */
export interface PollCounts {
  /** Those that save results: before the end of retention, just after it, and at the end of the time of grace. */
  last: number;
  /**
   * With those, if each tells straight progress and ends when that predicts, or else lasts as long again as so far, and
   * three minutes at least.
   */
  withProgress: number;
  /** With those, if none tells progress, and each lasts until the API forgets it. */
  withoutProgress: number;
}

/** What open imports will spend, by the default policy. */
export interface PollsWanted {
  imports: number;
  /** Polls that those have made that were asked. */
  made: number;
  /** Until the last of them ends. */
  inAll: PollCounts;
  /** Of these, until the calendar month (UTC) ends. */
  thisMonth: PollCounts;
  /** Those that cannot be seen, and what of `inAll` goes to them as long as that lasts. */
  inTrouble: { imports: number; polls: number };
}

/**
 * Counts by the tracker's own schedule under its defaults the polls that are to come: from the age of each, and from
 * what keeps it from being seen, which is taken to last.
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
 * When the import was submitted. The index has the start of the tracker's present run alone, and an import may be older
 * than its tracker; but it also has the end of retention.
 */
function submittedAtMs({ startedAt, expiresAt }: OpenImport): number {
  const startedMs = Date.parse(startedAt);
  return expiresAt === null ? startedMs : Math.min(startedMs, Date.parse(expiresAt) - retentionMs);
}

/**
 * Until when an import is followed at most that the API shows after its time, as the index says by a time that is
 * further off than any import is kept; null for any other.
 */
function outlivedUntil({ startedAt, expiresAt }: OpenImport): number | null {
  const untilMs = Date.parse(expiresAt ?? '');
  return untilMs - Date.parse(startedAt) > retentionMs + dayMs ? untilMs : null;
}

const dayMs = 86_400_000;

/** Such an import is asked for once a day, and has no last polls. */
const dailyPolls = (leftMs: number): PollCounts => {
  const days = Math.ceil(leftMs / dayMs);
  return { last: 0, withProgress: Math.min(1, days), withoutProgress: days };
};

/** A failure that is this problem to a tracker; null when its polls bring answers. */
const failureOf = (problem: string | null): FailureType | null =>
  failureTypes.find((type) => problemCode(type) === problem) ?? null;

/** How an import may go on. */
interface Plan {
  durationMs: number;
  hasProgress: boolean;
  failing: FailureType | null;
}

function plansOf({ asked }: OpenImport, submittedMs: number, ageMs: number, failing: FailureType | null) {
  const longest: Plan = { durationMs: retentionMs, hasProgress: false, failing };
  // What cannot be seen tells no progress, and is not seen to end.
  if (failing !== null) return { longest, likely: longest };
  const endAt = asked?.estimatedEndAt ?? null;
  const durationMs = endAt === null ? asLongAgain(ageMs) : Date.parse(endAt) - submittedMs;
  return {
    longest,
    likely: { ...longest, durationMs, hasProgress: asked == null || asked.fraction !== null },
  };
}

/** As `import --dry-run` takes an import to last. */
const shortestMs = 3 * 60_000;

/** Twice an age, rounded up to one of four values an octave: imports of many ages then have few schedules. */
const asLongAgain = (ageMs: number): number =>
  shortestMs * 2 ** (Math.ceil(4 * Math.log2(Math.max(1, (2 * ageMs) / shortestMs))) / 4);

/** By age. */
const lastPollTimes = reservedPollTimes(newState(0));

/** The polls of one import between two ages. One is to come whatever was reckoned, unless all come later. */
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

/** When imports are polled, by age, to the minute of their duration; of many that are alike it is replayed once. */
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
