import { z } from 'zod';
import { importJobSchema, type ImportJob } from '../api/import-job';
import type { ImportOfBatch } from './settle-batch';
import { resultsRefSchema, type ResultsRef } from '../stored-object';

/** How an import ended, whatever part of a batch it was of. */
export type EndOfImport = Omit<ImportOfBatch, 'range'>;

/** How an import ended that was a job. */
export type TrackedEnd = EndOfImport & { jobId: string };

/** The end of what never became an import; `withoutResult` is `failed` only when certainly nothing was imported. */
export function notStarted(message: string, withoutResult: ImportOfBatch['withoutResult']): EndOfImport {
  return { ...nothing, status: 'not_started', message: cut(message), withoutResult };
}

/** The end of an import that was started and could not be followed: what became of its rows is unknown. */
export function trackingFailed(jobId: string, message: string): TrackedEnd {
  const text = `the import was started and could not be followed: ${message}`;
  return { ...nothing, jobId, status: 'error', message: cut(text) };
}

/** The end of an import that the API answered at once. */
export function answeredAtOnce(job: ImportJob, resultsRef: ResultsRef | null): EndOfImport {
  return { ...nothing, ...finished(job, resultsRef) };
}

const ids = { teamId: z.string(), jobId: z.string() };
const ended = z.object({ ...ids, tracking: z.object({ polls: z.number() }) });

/**
 * What a tracker's signal `importFinished` says of an import, as far as a pipeline goes by it. Anybody may send that
 * signal, so its form is checked before it is believed.
 */
const trackedEndSchema = z.discriminatedUnion('status', [
  ended.extend({
    status: z.enum(['complete', 'failed']),
    job: importJobSchema,
    resultsRef: resultsRefSchema.nullable(),
  }),
  ended.extend({ status: z.literal('expired'), message: z.string() }),
  ended.extend({ status: z.literal('timed_out'), problem: z.object({ message: z.string() }).nullable() }),
  z.object({ ...ids, status: z.enum(['error', 'cancelled']), failure: z.object({ message: z.string() }) }),
]);

/** How an import ended by what its tracker signalled; null when the signal has another form, or is of another team. */
export function readTrackedEnd(payload: unknown, teamId: string): TrackedEnd | null {
  const parsed = trackedEndSchema.safeParse(payload);
  if (!parsed.success || parsed.data.teamId !== teamId) return null;
  const end = parsed.data;
  if ('failure' in end) return trackingFailed(end.jobId, end.failure.message);
  const { polls } = end.tracking;
  const tracked = { ...nothing, jobId: end.jobId, polls };
  switch (end.status) {
    case 'complete':
    case 'failed':
      return { ...tracked, ...finished(end.job, end.resultsRef) };
    case 'expired':
      return { ...tracked, status: 'expired', message: cut(end.message) };
    case 'timed_out': {
      const why = end.problem === null ? '' : `: ${end.problem.message}`;
      return {
        ...tracked,
        status: 'timed_out',
        message: cut(`the import was not seen to finish in time${why}`),
      };
    }
  }
}

const nothing = { jobId: null, polls: 0, message: null, resultsRef: null, withoutResult: 'unknown' } as const;

const maxMessage = 1000;
const cut = (message: string): string =>
  message.length > maxMessage ? `${message.slice(0, maxMessage)}…` : message;

function finished(
  job: ImportJob,
  resultsRef: ResultsRef | null,
): Pick<ImportOfBatch, 'status' | 'message' | 'resultsRef'> {
  if (job.status !== 'complete') {
    const said = [job.error?.code, job.error?.message].filter((part) => part).join(': ');
    const message = cut(`the API says that the import failed (${said || 'and not why'})`);
    return { status: 'failed', message, resultsRef };
  }
  return { status: 'complete', message: resultsRef === null ? 'the API gave no results' : null, resultsRef };
}
