import { counted } from '../../core/details/markdown';
import type { PollCounts, PollsWanted } from './polls-wanted';
import { grouped, spentText } from './running-rate';
import type { SpentRequests } from './worker-requests';

/** How many requests the open imports of a key still need. */
export interface CountedPolls extends PollsWanted {
  /** Whether there are more imports than were counted. */
  more: boolean;
}

/** The count, or why it is unknown. */
export type WantedPolls = CountedPolls | { unknown: string };

/** The state of a month's quota. */
interface Month {
  spent: SpentRequests;
  /** The monthly quota if no worker reports it. */
  requestsPerMonth: number;
}

/** How many requests remain at most: other workers, or this one before its start, may have spent some. */
function leftOf({ spent, requestsPerMonth }: Month): number {
  return 'unknown' in spent ? requestsPerMonth : Math.max(0, spent.quota - spent.spent);
}

/** How many requests are left, in words. */
export const leftText = (month: Month): string => `at most ${grouped(leftOf(month))} are left`;

/**
 * What open imports need this month beyond the remaining requests, in words, or null. Polls that save results come
 * first; for all others, the lower estimate counts, with reported progress.
 */
export function shortage(wanted: PollsWanted, month: Month): { isOfLast: boolean; words: string } | null {
  const left = leftOf(month);
  const { last, withProgress } = wanted.thisMonth;
  if (last > left) {
    const words = `${leftText(month)}, fewer than the ${grouped(last)} reserved polls: results will be lost`;
    return { isOfLast: true, words };
  }
  if (withProgress <= left) return null;
  return { isOfLast: false, words: `${leftText(month)}, enough for the reserved polls but not for all` };
}

/** The polls that open imports still need, in phrases that a list and a finding put together. */
export function neededPolls({ imports, inAll, thisMonth, inTrouble, more }: CountedPolls) {
  const isOne = imports === 1 && !more;
  const who = isOne
    ? { reports: 'it reports', result: 'its result' }
    : { reports: 'they report', result: 'their results' };
  const isSame = inAll.withoutProgress === thisMonth.withoutProgress;
  const ofMonth = `${range(thisMonth)}${reservedOf(thisMonth)}`;
  const chance = inAll.last === 0 ? '' : ` as a last chance to save ${who.result}`;
  return {
    who: more ? `the first ${grouped(imports)} open imports` : counted(imports, 'open import'),
    isOne,
    polls: `${range(inAll, who.reports)}${reservedOf(inAll)}${chance}`,
    /** Empty without trouble. */
    ofTrouble:
      inTrouble.imports === 0
        ? ''
        : `${grouped(inTrouble.polls)} of them go to ${counted(inTrouble.imports, 'import')} in trouble if that lasts`,
    ofMonth: isSame ? 'all of them' : ofMonth,
  };
}

/** How many of some polls are reserved, as the end of a sentence; empty if none is. */
function reservedOf({ last, withoutProgress }: PollCounts): string {
  if (last === 0) return '';
  return last === withoutProgress ? ', all reserved' : `, including ${grouped(last)} reserved`;
}

/** A low and a high estimate; `reports` says of whom, or is empty where that has been said. */
function range({ withProgress, withoutProgress }: PollCounts, reports = ''): string {
  const [low, high] = [grouped(withProgress), grouped(withoutProgress)];
  if (low === high) return high;
  return reports === ''
    ? `about ${low} to ${high}`
    : `about ${low} if ${reports} progress, up to ${high} if not`;
}

/**
 * The lines below a list: the requests spent, if a local worker reports them, and the requests that open imports need.
 */
export function requestsLines(wanted: WantedPolls, month: Month): string[] {
  const { spent } = month;
  const text = 'unknown' in spent ? `not known: ${spent.unknown}` : `${spentText(spent)}; ${leftText(month)}`;
  const isReported = !('unknown' in spent) || spent.address !== null;
  return [...(isReported ? [`Requests of the month: ${text}.`] : []), ...wantedLines(wanted, month)];
}

function wantedLines(wanted: WantedPolls, month: Month): string[] {
  if ('unknown' in wanted) return [`Polls still needed: not known: ${wanted.unknown}`];
  if (wanted.imports === 0) return [];
  const short = shortage(wanted, month);
  const warning = short === null ? [] : [`Too few requests: ${short.words}. What to do: ${shortagePage}`];
  const { who, polls, ofTrouble, ofMonth } = neededPolls(wanted);
  return [
    `Polls still needed by ${who}: ${polls}.`,
    ...(ofTrouble === '' ? [] : [`In trouble: ${ofTrouble}.`]),
    `This month: ${ofMonth}.`,
    ...warning,
  ];
}

/** The page that explains what to do about a shortage. */
export const shortagePage = 'docs/runbook.md#prismmonthwillnotsuffice';
