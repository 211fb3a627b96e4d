import type { ImportJob } from '../api/import-job';
import type { ResultsRef } from '../stored-object';
import type { FailureStatus, ReportedStatus } from './end-statuses';
import { inlineResultsLimitBytes, jobLimitBytes, type FailedResults } from './get-import-status';
import type { Undelivered } from './subscribers';

/** How an outcome was reached. */
interface Tracking {
  /** Number of polls, over all runs. */
  polls: number;
  /** When the tracker started and ended, ISO 8601 UTC. */
  startedAt: string;
  endedAt: string;
  /** Subscribers that the tracker could not notify, because their workflow was gone. */
  undelivered: Undelivered[];
}

interface OutcomeOf<S extends string> {
  status: S;
  teamId: string;
  jobId: string;
  tracking: Tracking;
}

/**
 * The API reported that the import has ended. `complete` does not mean that every row succeeded. With `results:
 * 'failed'`, it has `failedResults` and `failedOmitted`.
 */
export interface FinishedOutcome extends OutcomeOf<ReportedStatus>, Partial<FailedResults> {
  /** The API's object as sent, with `results` only if they are inline. */
  job: ImportJob;
  /** Where the row results are stored, or null. */
  resultsRef: ResultsRef | null;
  /** True when the API sent results that are neither inline nor stored. */
  resultsOmitted: boolean;
}

/** The API returned 404. */
interface ExpiredOutcome extends OutcomeOf<'expired'> {
  lastSeen: ImportJob | null;
  /**
   * `retention_over`: its retention was over. `vanished_early`: it had been seen and had not expired. `never_seen`: the
   * id or the team may be wrong.
   */
  evidence: Evidence;
  /** The evidence in a sentence, with what to check. */
  message: string;
}

/** `waitTimeout` passed before the import ended. */
interface TimedOutOutcome extends OutcomeOf<'timed_out'> {
  lastSeen: ImportJob | null;
  /** The last problem of the tracker, or null. */
  problem: Problem | null;
}

/** Retention has been over for a day, and no poll got a result or a 404: nobody knows how the import ended. */
interface LostOutcome extends OutcomeOf<'lost'> {
  lastSeen: ImportJob | null;
  /** Why the polls failed; null if the API still showed the job a year after submission. */
  problem: Problem | null;
}

/** How an import ended, for the caller to act on. */
export type ImportOutcome = FinishedOutcome | ExpiredOutcome | TimedOutOutcome | LostOutcome;

/** How a tracker ended without an outcome. Only signals contain it, since the workflow itself fails or is cancelled. */
export interface TrackingFailure {
  status: FailureStatus;
  teamId: string;
  jobId: string;
  failure: { type: string; message: string };
}

/**
 * Maximum size of the `importFinished` signal, in bytes of JSON: the inline results, the job without them, and 64 KiB
 * for everything else, of which a message of {@link maxMessageCharacters} is the longest.
 */
export const importEndLimitBytes = inlineResultsLimitBytes + jobLimitBytes + 64 * 1024;

/** Maximum length of a problem's or failure's message outside the tracker, in characters. */
const maxMessageCharacters = 4000;

/** The message, truncated if it is too long. */
export const boundedMessage = (message: string): string =>
  message.length > maxMessageCharacters ? `${message.slice(0, maxMessageCharacters)}…` : message;

/** The payload of the `importFinished` signal. */
export type ImportEnd = ImportOutcome | TrackingFailure;

/** An end as a tracker determines it, without the address of the import. */
export type Unaddressed<E extends ImportEnd> = E extends unknown
  ? Omit<E, 'teamId' | 'jobId' | 'tracking'>
  : never;

/** The reasons to believe that an import is gone. */
export const evidences = ['retention_over', 'vanished_early', 'never_seen'] as const;
export type Evidence = (typeof evidences)[number];

export const problemCodes = [
  'key_refused',
  'invalid_request',
  'rate_limited',
  'unavailable',
  'malformed',
  'unknown_status',
] as const;
export type ProblemCode = (typeof problemCodes)[number];

/** Why the tracker cannot see the import's state; `since` is ISO 8601 UTC. */
export interface Problem {
  code: ProblemCode;
  message: string;
  since: string;
}
