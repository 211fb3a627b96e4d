import { z } from 'zod';
import { maxDurationMs } from '../duration';
import { retentionMs } from '../api/limits';
import type { TrackerState } from './state';

/** What the end of retention is computed from. */
export type RetentionFacts = Pick<TrackerState, 'submittedAtMs' | 'job' | 'clock' | 'timekeeping'>;

/**
 * How much longer an import is followed that is shown though its time is over: a day, and the time before the end at
 * which it is looked at again.
 */
const shownGraceMs = 86_400_000 + 15 * 60_000;

/**
 * When the API forgets the import, in milliseconds on the workflow's clock: the end of its time, or, once the job was
 * shown after that, a day after it was last shown. Never more than a year from submission, whatever the server says.
 */
export function expiresAtMs(facts: RetentionFacts): number {
  const { submittedAtMs, timekeeping } = facts;
  const dueMs = dueAtMs(facts);
  const shownAtMs = timekeeping?.shownAtMs ?? -Infinity;
  return dueMs > shownAtMs ? dueMs : Math.min(shownAtMs + shownGraceMs, submittedAtMs + maxDurationMs);
}

/** How long after the end of retention an import is still asked for that cannot be looked at. */
const lostAfterMs = 86_400_000;

/**
 * From when on an import that cannot be looked at counts as lost: a day after the end of its time or, once the job was
 * shown after that, when it would be forgotten by {@link expiresAtMs}; at the latest a year after submission.
 */
export function lostAtMs(facts: RetentionFacts): number {
  if (isOutlived(facts)) return expiresAtMs(facts);
  return Math.min(dueAtMs(facts) + lostAfterMs, facts.submittedAtMs + maxDurationMs);
}

/** When a job that was shown after the end of its time is looked at next: a day later. */
export const nextDailyMs = ({ timekeeping }: Pick<RetentionFacts, 'timekeeping'>): number =>
  (timekeeping?.shownAtMs ?? -Infinity) + lostAfterMs;

/** Whether the job was shown though its time was over. */
export const isOutlived = (facts: RetentionFacts): boolean =>
  facts.timekeeping !== null && dueAtMs(facts) <= (facts.timekeeping.shownAtMs ?? -Infinity);

/**
 * The end of the job's time: its `expires_at`, carried over from the server's clock, or seven days after submission
 * while the job has not shown a usable one.
 */
export function dueAtMs({ submittedAtMs, job, clock, timekeeping }: RetentionFacts): number {
  const stated = timekeeping?.isStale === true ? null : statedExpiryMs({ submittedAtMs, job });
  if (stated === null) return submittedAtMs + retentionMs;
  return Math.min(stated - (clock?.offsetMs ?? 0), submittedAtMs + maxDurationMs);
}

/**
 * The job's `expires_at` on the server's clock, or null when it cannot be used: missing, no full ISO 8601 time with its
 * zone (any other text would be read by the worker's own zone), or not after submission.
 */
export function statedExpiryMs({
  submittedAtMs,
  job,
}: Pick<RetentionFacts, 'submittedAtMs' | 'job'>): number | null {
  const text = job?.expires_at;
  const stated = typeof text === 'string' && isoTime.test(text) ? Date.parse(text) : NaN;
  return stated > submittedAtMs ? stated : null;
}

// Asked several times at each poll, also while a history is read again: a whole schema takes four times as long.
const isoTime = z.regexes.datetime({ offset: true });

/** The same as the world should read it: the API's own `expires_at`, else the estimate, in ISO 8601 UTC. */
export function expiresAtText(facts: Pick<RetentionFacts, 'submittedAtMs' | 'job' | 'timekeeping'>): string {
  return new Date(dueAtMs({ ...facts, clock: null })).toISOString();
}

/**
 * By when the results of an import are to be had, for the index, in ISO 8601 UTC: {@link expiresAtText}, but while the
 * API goes on showing a job after its time, nobody knows: then the end of the longest time that it is followed. When
 * such a job cannot be looked at any more, the time at which it is lost.
 */
export function indexedExpiryText(facts: RetentionFacts & Pick<TrackerState, 'problem'>): string {
  if (!isOutlived(facts)) return expiresAtText(facts);
  const { submittedAtMs, problem } = facts;
  const isShown = problem === null || problem.code === 'unknown_status';
  return new Date(isShown ? submittedAtMs + maxDurationMs : lostAtMs(facts)).toISOString();
}
