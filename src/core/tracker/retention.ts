import { z } from 'zod';
import { maxDurationMs } from '../duration';
import { retentionMs } from '../api/limits';
import type { TrackerState } from './state';

/** The facts that determine the end of retention. */
export type RetentionFacts = Pick<TrackerState, 'submittedAtMs' | 'job' | 'clock' | 'timekeeping'>;

/**
 * How much longer a job that is still shown after its expiry is tracked: a day, and the lead time of the poll before
 * the end.
 */
const shownGraceMs = 86_400_000 + 15 * 60_000;

/**
 * When the API deletes the import, in milliseconds on the workflow's clock: at its expiry, or, if the job was shown
 * after that, a day after it was last shown. Never more than a year after submission, whatever the server says.
 */
export function expiresAtMs(facts: RetentionFacts): number {
  const { submittedAtMs, timekeeping } = facts;
  const dueMs = dueAtMs(facts);
  const shownAtMs = timekeeping?.shownAtMs ?? -Infinity;
  return dueMs > shownAtMs ? dueMs : Math.min(shownAtMs + shownGraceMs, submittedAtMs + maxDurationMs);
}

/** How long after the end of retention to keep polling an import that could not be polled. */
const lostAfterMs = 86_400_000;

/**
 * When an import that cannot be polled counts as lost: a day after its expiry, or, if the job was shown after that, at
 * {@link expiresAtMs}. At most a year after submission.
 */
export function lostAtMs(facts: RetentionFacts): number {
  if (isOutlived(facts)) return expiresAtMs(facts);
  return Math.min(dueAtMs(facts) + lostAfterMs, facts.submittedAtMs + maxDurationMs);
}

/** When to poll a job next that was shown after its expiry: a day later. */
export const nextDailyMs = ({ timekeeping }: Pick<RetentionFacts, 'timekeeping'>): number =>
  (timekeeping?.shownAtMs ?? -Infinity) + lostAfterMs;

/** Whether the job was shown after its expiry. */
export const isOutlived = (facts: RetentionFacts): boolean =>
  facts.timekeeping !== null && dueAtMs(facts) <= (facts.timekeeping.shownAtMs ?? -Infinity);

/**
 * The job's expiry: its `expires_at`, converted from the server's clock, or, until it shows a usable one, seven days
 * after submission.
 */
export function dueAtMs({ submittedAtMs, job, clock, timekeeping }: RetentionFacts): number {
  const stated = timekeeping?.isStale === true ? null : statedExpiryMs({ submittedAtMs, job });
  if (stated === null) return submittedAtMs + retentionMs;
  return Math.min(stated - (clock?.offsetMs ?? 0), submittedAtMs + maxDurationMs);
}

/**
 * The job's `expires_at` on the server's clock. Null if it is unusable: missing, not after submission, or not a full
 * ISO 8601 time with a zone. Any other text would be read in the worker's time zone.
 */
export function statedExpiryMs({
  submittedAtMs,
  job,
}: Pick<RetentionFacts, 'submittedAtMs' | 'job'>): number | null {
  const text = job?.expires_at;
  const stated = typeof text === 'string' && isoTime.test(text) ? Date.parse(text) : NaN;
  return stated > submittedAtMs ? stated : null;
}

// Used several times per poll, also during a replay. A complete schema takes four times as long.
const isoTime = z.regexes.datetime({ offset: true });

/** The expiry to publish, in ISO 8601 UTC: the API's own `expires_at`, else the estimate. */
export function expiresAtText(facts: Pick<RetentionFacts, 'submittedAtMs' | 'job' | 'timekeeping'>): string {
  return new Date(dueAtMs({ ...facts, clock: null })).toISOString();
}

/**
 * Until when an import's results are available, for the search attribute, in ISO 8601 UTC: {@link expiresAtText}. If
 * the API still shows the job after its expiry, the real time is unknown, and this is the end of the longest time that
 * it is tracked. If such a job can no longer be polled, it is the time at which it is lost.
 */
export function indexedExpiryText(facts: RetentionFacts & Pick<TrackerState, 'problem'>): string {
  if (!isOutlived(facts)) return expiresAtText(facts);
  const { submittedAtMs, problem } = facts;
  const isShown = problem === null || problem.code === 'unknown_status';
  return new Date(isShown ? submittedAtMs + maxDurationMs : lostAtMs(facts)).toISOString();
}
