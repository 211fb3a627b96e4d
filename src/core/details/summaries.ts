import type { FollowedImport, BatchInFlight } from '../pipeline/carried-state';
import { describeDuration } from '../duration';
import { utf8Length } from '../ids';
import { bar, count, counted, cutTo, percent, rowsPerSecondText } from './markdown';
import { oneLine } from './neutral';
import type { PollReason, NextPoll } from '../tracker/schedule';
import type { TrackerState } from '../tracker/state';
import type { Progress } from '../tracker/status';

/** The reason for a poll's time, in words. */
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
 * Maximum size of a summary, in bytes of JSON. Temporal's limit for the whole payload is 400
 * (`limit.userMetadataSummarySize`, server 1.29.1), of which the encoding's name takes 40.
 */
export const maxSummaryBytes = 340;

/** Maximum size of an id or another name in a summary, in bytes of JSON. A sentence with two of them fits. */
const maxNameBytes = 110;

/** A name from any source, truncated and on one line, for use in a summary. */
function shortName(name: string): string {
  return cutTo(oneLine(name), maxNameBytes, (character) => utf8Length(JSON.stringify(character)) - 2);
}

/** Summary of an import, on one line. */
export function importSummary(teamId: string, jobId: string): string {
  return `Prism import ${shortName(jobId)} of team ${shortName(teamId)}`;
}

/** Summary of a notice's delivery, on one line. */
export function noticeSummary(
  webhook: string,
  type: string,
  { teamId, jobId }: { teamId: string; jobId: string },
): string {
  return `Notify ${webhook} of ${type}: ${importSummary(teamId, jobId)}`;
}

/** Summary of the timer until a webhook is next notified before the import ends. */
export const noticeTimerSummary = (leftMs: number): string =>
  `${describeDuration(leftMs)} until a webhook is notified`;

/**
 * Summary of a timer between polls: how long it waits, for which poll, why, and the state of the import at the last
 * poll.
 */
export function waitSummary(next: NextPoll, nowMs: number, poll: number, seen: string | null): string {
  const stood = seen === null ? '' : `: ${seen}`;
  return `${describeDuration(next.atMs - nowMs)} until poll ${poll} (${pollReasons[next.reason]})${stood}`;
}

/** Summary of the activity that polls. */
export function pollSummary(reason: PollReason, poll: number): string {
  return `Poll ${poll} (${pollReasons[reason]})`;
}

/** Summary of the timer that cancels a poll when `waitTimeout` ends. */
export function waitTimeoutSummary(leftMs: number): string {
  return `${describeDuration(leftMs)} left of waitTimeout for this poll`;
}

/** The state of an import at the last poll, in a few words; null before the first poll. */
export function describeLastSeen({ job, missing, problem, lastPollAtMs }: TrackerState): string | null {
  if (problem !== null) return `problem ${problem.code}`;
  if (missing !== null) return 'the API answers 404';
  if (job === null) return lastPollAtMs === null ? null : 'not visible yet';
  const { processed, total } = job;
  if (typeof processed !== 'number') return shortName(job.status);
  return `${count(processed)}${typeof total === 'number' ? ` of ${count(total)}` : ''} rows`;
}

/** Describes progress, with a bar if the fraction is known. */
export function describeProgress({ processed, total, fraction, rowsPerSecond }: Progress): string {
  if (processed === null) return total === null ? 'not reported' : `${total} rows, progress not reported`;
  const share = fraction === null ? '' : `${bar(fraction)} ${percent(fraction)}, `;
  const speed = rowsPerSecond === null ? '' : `, ${rowsPerSecondText(rowsPerSecond)}`;
  return `${share}${processed} of ${total ?? 'an unknown number of'} rows${speed}`;
}

/** Summary of the activity that reads a pipeline's source. */
export const planSummary = (batchSize: number): string =>
  `Read the source and cut it into batches of ${counted(batchSize, 'row')}`;

/** Summary of the activity that settles a batch: the different ways in which its imports ended. */
export function settleSummary({ batch, ended }: BatchInFlight): string {
  const ends = [...new Set(ended.map(({ status }) => status.replace('_', ' ')))].join(', ');
  return `Settle the rows of batch ${batch}${ends === '' ? '' : ` (${ends})`}`;
}

/** Summary of the timer that limits the wait for a tracker's signal. */
export function followSummary({ jobId, trackerId }: FollowedImport): string {
  const batch = /batch-([^/]*)$/.exec(trackerId)?.[1] ?? '';
  return `Batch ${shortName(batch)}: longest wait for the tracker of ${shortName(jobId)}`;
}

/** Summary of the activity that writes the report. */
export const reportSummary = ({ rows, batches }: { rows: number; batches: number }): string =>
  `Write the report on ${counted(rows, 'row')} in ${counted(batches, 'batch', 'batches')}`;
