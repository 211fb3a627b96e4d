import type { ImportJob } from '../api/import-job';
import type { ResultsRef } from '../stored-object';
import type { FailureStatus, ReportedStatus } from './end-statuses';
import { inlineResultsLimitBytes, jobLimitBytes, type FailedResults } from './get-import-status';
import type { Undelivered } from './subscribers';

/** How the polling went on the way to an outcome. */
interface Tracking {
  /** Polls made, over all runs. */
  polls: number;
  /** When the tracker started and ended, ISO 8601 UTC. */
  startedAt: string;
  endedAt: string;
  /** Whom the tracker could not tell: the workflow was gone. */
  undelivered: Undelivered[];
}

interface OutcomeOf<S extends string> {
  status: S;
  teamId: string;
  jobId: string;
  tracking: Tracking;
}

/**
 * The API said that the import is at its end. `complete` does not mean that every row succeeded. With
 * `results: 'failed'` it has `failedResults` and `failedOmitted`.
 */
export interface FinishedOutcome extends OutcomeOf<ReportedStatus>, Partial<FailedResults> {
  /** The API's object as sent; with `results` only when they are inline. */
  job: ImportJob;
  /** Where the rows' results were stored, or null. */
  resultsRef: ResultsRef | null;
  /** True when the API sent results that are neither inline nor stored. */
  resultsOmitted: boolean;
}

/** The API said 404. */
interface ExpiredOutcome extends OutcomeOf<'expired'> {
  lastSeen: ImportJob | null;
  /**
   * `retention_over`: its time was up. `vanished_early`: it had been seen and was not due. `never_seen`: the id or the
   * team may be wrong.
   */
  evidence: Evidence;
  /** The evidence in a sentence, with what to check. */
  message: string;
}

/** waitTimeout passed before the import ended. */
interface TimedOutOutcome extends OutcomeOf<'timed_out'> {
  lastSeen: ImportJob | null;
  /** The last problem of the tracker, or null. */
  problem: Problem | null;
}

/** Retention is over, and for a day neither a result nor a 404 could be had: it is unknown how the import ended. */
interface LostOutcome extends OutcomeOf<'lost'> {
  lastSeen: ImportJob | null;
  /** What kept the tracker from asking; null when the API still showed the job a year after submission. */
  problem: Problem | null;
}

/** How an import ended, for the caller to act on. */
export type ImportOutcome = FinishedOutcome | ExpiredOutcome | TimedOutOutcome | LostOutcome;

/** How a tracker ended without an outcome; only ever signalled, since the workflow itself fails or is cancelled. */
export interface TrackingFailure {
  status: FailureStatus;
  teamId: string;
  jobId: string;
  failure: { type: string; message: string };
}

/**
 * Largest size of what the `importFinished` signal carries, in bytes of JSON: the inline results, the job besides them,
 * and 64 KiB for all else, of which the longest is a message of {@link maxMessageCharacters}.
 */
export const importEndLimitBytes = inlineResultsLimitBytes + jobLimitBytes + 64 * 1024;

/** Longest message of a problem or failure that is told to others. */
const maxMessageCharacters = 4000;

/** A message as it is told: cut off where it is too long. */
export const boundedMessage = (message: string): string =>
  message.length > maxMessageCharacters ? `${message.slice(0, maxMessageCharacters)}…` : message;

/** What the `importFinished` signal carries. */
export type ImportEnd = ImportOutcome | TrackingFailure;

/** An end as a tracker finds it, before it is addressed to anyone. */
export type Unaddressed<E extends ImportEnd> = E extends unknown
  ? Omit<E, 'teamId' | 'jobId' | 'tracking'>
  : never;

/** What speaks for an import being gone. */
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

/** What keeps the tracker from seeing the import's state; `since` is ISO 8601 UTC. */
export interface Problem {
  code: ProblemCode;
  message: string;
  since: string;
}
