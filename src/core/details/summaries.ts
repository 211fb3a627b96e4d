import type { FollowedImport, BatchInFlight } from '../pipeline/carried-state';
import { describeDuration } from '../duration';
import { utf8Length } from '../ids';
import { bar, count, counted, cutTo, percent, rowsPerSecondText } from './markdown';
import { oneLine } from './neutral';
import type { PollReason, NextPoll } from '../tracker/schedule';
import type { TrackerState } from '../tracker/state';
import type { Progress } from '../tracker/status';

/** Why a poll comes when it does, in words. */
export const pollReasons: Record<PollReason, string> = {
  first: 'first poll',
  backoff: 'backoff',
  aimed: 'timed by progress',
  shortest: 'the shortest wait, initialInterval',
  hint: 'the API asked to wait',
  budget: 'spreading the remaining polls',
  slow: 'waiting for the key or request to be fixed',
  confirm: 'confirming a 404',
  rescue: 'rescue before retention ends',
  retention_end: 'poll just after retention',
  daily: 'once a day while the API still returns it after retention',
  late: 'still polling after retention',
  grace_end: 'last poll before it counts as lost',
  wait_timeout: 'last poll, at waitTimeout',
  poll_now: 'requested by pollNow',
};

/**
 * Most bytes of a summary as JSON. Temporal's limit for the whole payload is 400 (`limit.userMetadataSummarySize`,
 * server 1.29.1), 40 of which name its encoding.
 */
export const maxSummaryBytes = 340;

/** Most bytes of an id or another name in a summary, as JSON: two of them and a sentence fit. */
const maxNameBytes = 110;

/** A name of any origin as part of a summary: one line, cut off. */
function shortName(name: string): string {
  return cutTo(oneLine(name), maxNameBytes, (character) => utf8Length(JSON.stringify(character)) - 2);
}

/** One line about an import, for summaries. */
export function importSummary(teamId: string, jobId: string): string {
  return `Prism import ${shortName(jobId)} of team ${shortName(teamId)}`;
}

/** One line about a notice, for the summaries of its delivery. */
export function noticeSummary(
  webhook: string,
  type: string,
  { teamId, jobId }: { teamId: string; jobId: string },
): string {
  return `Notify ${webhook} of ${type}: ${importSummary(teamId, jobId)}`;
}

/** One line about the timer until a webhook is notified of something on the way. */
export const noticeTimerSummary = (leftMs: number): string =>
  `${describeDuration(leftMs)} until a webhook is notified`;

/**
 * One line about a wait, for the timer's summary: how long, for which poll, why so, and how the import stood at the
 * last one.
 */
export function waitSummary(next: NextPoll, nowMs: number, poll: number, seen: string | null): string {
  const stood = seen === null ? '' : `: ${seen}`;
  return `${describeDuration(next.atMs - nowMs)} until poll ${poll} (${pollReasons[next.reason]})${stood}`;
}

/** One line about a poll, for the activity's summary. */
export function pollSummary(reason: PollReason, poll: number): string {
  return `Poll ${poll} (${pollReasons[reason]})`;
}

/** One line about the timer that cuts a poll short when `waitTimeout` ends. */
export function waitTimeoutSummary(leftMs: number): string {
  return `${describeDuration(leftMs)} left of waitTimeout for this poll`;
}

/** How an import stood when it was last looked at, in a few words; null before the first look. */
export function describeLastSeen({ job, missing, problem, lastPollAtMs }: TrackerState): string | null {
  if (problem !== null) return `problem ${problem.code}`;
  if (missing !== null) return 'the API answers 404';
  if (job === null) return lastPollAtMs === null ? null : 'not visible yet';
  const { processed, total } = job;
  if (typeof processed !== 'number') return shortName(job.status);
  return `${count(processed)}${typeof total === 'number' ? ` of ${count(total)}` : ''} rows`;
}

/** Progress in words, with a bar when the share is known. */
export function describeProgress({ processed, total, fraction, rowsPerSecond }: Progress): string {
  if (processed === null) return total === null ? 'not reported' : `${total} rows, progress not reported`;
  const share = fraction === null ? '' : `${bar(fraction)} ${percent(fraction)}, `;
  const speed = rowsPerSecond === null ? '' : `, ${rowsPerSecondText(rowsPerSecond)}`;
  return `${share}${processed} of ${total ?? 'an unknown number of'} rows${speed}`;
}

/** One line about the reading of a pipeline's source. */
export const planSummary = (batchSize: number): string =>
  `Read the source and cut it into batches of ${counted(batchSize, 'row')}`;

/** One line about the settling of a batch: how its imports ended, each way once. */
export function settleSummary({ batch, ended }: BatchInFlight): string {
  const ends = [...new Set(ended.map(({ status }) => status.replace('_', ' ')))].join(', ');
  return `Settle the rows of batch ${batch}${ends === '' ? '' : ` (${ends})`}`;
}

/** One line about the wait for a tracker, for the timer that ends it when the tracker never signals. */
export function followSummary({ jobId, trackerId }: FollowedImport): string {
  const batch = /batch-([^/]*)$/.exec(trackerId)?.[1] ?? '';
  return `Batch ${shortName(batch)}: longest wait for the tracker of ${shortName(jobId)}`;
}

/** One line about the writing of the report. */
export const reportSummary = ({ rows, batches }: { rows: number; batches: number }): string =>
  `Write the report on ${counted(rows, 'row')} in ${counted(batches, 'batch', 'batches')}`;
