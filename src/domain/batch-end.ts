import type { ImportJob } from './import-job';
import type { BatchRef } from './import-records';
import type { ImportOutcome } from './outcome';
import type { ResultsRef } from './storage';
import type { BatchEnd } from './write-report';

/** The end of a batch that never became an import; `withoutResult` is `failed` only when certainly nothing was imported. */
export function notStarted(
  ref: BatchRef,
  message: string,
  withoutResult: BatchEnd['withoutResult'],
): BatchEnd {
  return { ...base(ref), status: 'not_started', message, withoutResult };
}

/** The end of a batch whose import was started and could not be followed: what became of its rows is unknown. */
export function trackingFailed(ref: BatchRef, jobId: string, message: string): BatchEnd {
  return {
    ...base(ref),
    jobId,
    status: 'error',
    message: `the import was started and could not be followed: ${message}`,
  };
}

/** The end of a batch that the API answered at once. */
export function answeredAtOnce(ref: BatchRef, job: ImportJob, resultsRef: ResultsRef | null): BatchEnd {
  return { ...base(ref), ...finished(job, resultsRef) };
}

/** The end of a batch by how its import ended. */
export function importEnded(ref: BatchRef, outcome: ImportOutcome): BatchEnd {
  const tracked = { ...base(ref), jobId: outcome.jobId, polls: outcome.tracking.polls };
  switch (outcome.status) {
    case 'complete':
    case 'failed':
      return { ...tracked, ...finished(outcome.job, outcome.resultsRef) };
    case 'expired':
      return { ...tracked, status: 'expired', message: outcome.message };
    case 'timed_out': {
      const why = outcome.problem === null ? '' : `: ${outcome.problem.message}`;
      return { ...tracked, status: 'timed_out', message: `the import was not seen to finish in time${why}` };
    }
  }
}

function base(ref: BatchRef): Omit<BatchEnd, 'status'> {
  return {
    batch: ref.batch,
    ref,
    jobId: null,
    polls: 0,
    message: null,
    resultsRef: null,
    withoutResult: 'unknown',
  };
}

function finished(
  job: ImportJob,
  resultsRef: ResultsRef | null,
): Pick<BatchEnd, 'status' | 'message' | 'resultsRef'> {
  if (job.status !== 'complete') {
    const said = [job.error?.code, job.error?.message].filter((text) => text).join(': ');
    return {
      status: 'failed',
      message: `the API says that the import failed (${said || 'and not why'})`,
      resultsRef,
    };
  }
  return { status: 'complete', message: resultsRef === null ? 'the API gave no results' : null, resultsRef };
}
