import { counted } from '../../core/details/markdown';
import type { PollCounts, PollsWanted } from './polls-wanted';
import { grouped, spentText } from './running-rate';
import type { SpentRequests } from './worker-requests';

/** What the open imports of a key want of it. */
export interface CountedPolls extends PollsWanted {
  /** There are more imports than were counted. */
  more: boolean;
}

/** The same, or why nobody knows. */
export type WantedPolls = CountedPolls | { unknown: string };

/** How a month stands. */
interface Month {
  spent: SpentRequests;
  /** Requests a month, where no worker tells. */
  requestsPerMonth: number;
}

/** Requests that are left, at most: other workers, and this one before its start, may have spent some. */
function leftOf({ spent, requestsPerMonth }: Month): number {
  return 'unknown' in spent ? requestsPerMonth : Math.max(0, spent.quota - spent.spent);
}

/** How many requests are left, in words. */
export const leftText = (month: Month): string => `at most ${grouped(leftOf(month))} are left`;

/**
 * What open imports want of this month that is not there, in words, or null. The polls that save results come first; of
 * all others the lesser number counts, that with progress.
 */
export function shortage(wanted: PollsWanted, month: Month): { isOfLast: boolean; words: string } | null {
  const left = leftOf(month);
  const { last, withProgress } = wanted.thisMonth;
  if (last > left) {
    const words = `${leftText(month)}, fewer than the ${grouped(last)} last polls need: results will be lost`;
    return { isOfLast: true, words };
  }
  if (withProgress <= left) return null;
  return { isOfLast: false, words: `${leftText(month)}, enough for the last polls, but not for all polls` };
}

/** What open imports want, in words, the polls that save results first. */
export function wantedText({ imports, inAll, thisMonth, inTrouble, more }: CountedPolls): string {
  const which = more ? `the first ${grouped(imports)} open imports need` : needing(imports);
  const ofTrouble =
    inTrouble.imports === 0
      ? ''
      : `, ${grouped(inTrouble.polls)} of them for ${grouped(inTrouble.imports)} in trouble, if the trouble lasts`;
  const isSame = inAll.withoutProgress === thisMonth.withoutProgress;
  const ofMonth = isSame
    ? 'all of them this month'
    : `this month ${grouped(thisMonth.last)} last polls, and in all ${range(thisMonth)}`;
  return `${which} ${grouped(inAll.last)} last polls to save results, and in all ${range(inAll)}${ofTrouble}; ${ofMonth}`;
}

const needing = (imports: number): string =>
  `${counted(imports, 'open import')} ${imports === 1 ? 'needs' : 'need'}`;

const range = ({ withProgress, withoutProgress }: PollCounts): string =>
  withProgress === withoutProgress
    ? grouped(withoutProgress)
    : `about ${grouped(withProgress)} (with progress) to ${grouped(withoutProgress)} (without)`;

/** The lines below a list: what is spent, where a worker here may tell it, and what the open imports want. */
export function requestsLines(wanted: WantedPolls, month: Month): string[] {
  const { spent } = month;
  const told = 'unknown' in spent ? `not known: ${spent.unknown}` : `${spentText(spent)}; ${leftText(month)}`;
  const isTold = !('unknown' in spent) || spent.address !== null;
  return [...(isTold ? [`Requests of the month: ${told}.`] : []), ...wantedLines(wanted, month)];
}

function wantedLines(wanted: WantedPolls, month: Month): string[] {
  if ('unknown' in wanted) return [`Polls to come: not known: ${wanted.unknown}`];
  if (wanted.imports === 0) return [];
  const short = shortage(wanted, month);
  const warning = short === null ? [] : [`Too few requests: ${short.words}. What to do: ${shortagePage}`];
  return [`Polls to come: ${wantedText(wanted)}.`, ...warning];
}

/** Where it says what to do about a shortage. */
export const shortagePage = 'docs/runbook.md#prismmonthwillnotsuffice';
