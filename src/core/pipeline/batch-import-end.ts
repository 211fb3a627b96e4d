import { z } from 'zod';
import { idSchema } from '../id-schema';
import { importJobSchema, type ImportJob } from '../api/import-job';
import { batchImportStatuses } from './report';
import { resultsRefSchema, type ResultsRef } from '../stored-object';
import {
  endStatuses,
  failureStatusNames,
  reportedStatus,
  reportedStatusNames,
  type ReportedStatus,
} from '../tracker/end-statuses';

/** How the import of a batch, or of a part of one, ended, before its rows are counted. */
export const batchImportEndSchema = z.object({
  /** Null if the API answered with the results at once, or if the import was never started. */
  jobId: z.string().nullable(),
  status: z.enum(batchImportStatuses),
  polls: z.number(),
  message: z.string().nullable(),
  resultsRef: resultsRefSchema.nullable(),
  /**
   * The outcome of rows that could be sent but have no result of their own: `failed` only if they were certainly not
   * imported.
   */
  withoutResult: z.enum(['failed', 'unknown']),
});
export type BatchImportEnd = z.infer<typeof batchImportEndSchema>;

/** The end of an import that was never started. `withoutResult` is `failed` only if certainly nothing was imported. */
export function notStarted(message: string, withoutResult: BatchImportEnd['withoutResult']): BatchImportEnd {
  return { ...nothing, status: 'not_started', message: cutMessage(message), withoutResult };
}

/** The end of an import that was started but could not be tracked: the outcome of its rows is unknown. */
export function trackingFailed(jobId: string, message: string): BatchImportEnd & { jobId: string } {
  const text = `the import was started but could not be tracked: ${message}`;
  return { ...nothing, jobId, status: 'error', message: cutMessage(text) };
}

/** The end of an import that the API completed within the request. */
export function answeredAtOnce(job: ImportJob, resultsRef: ResultsRef | null): BatchImportEnd {
  return { ...nothing, ...finished(reportedStatus(job) ?? 'failed', job, resultsRef) };
}

const ids = { teamId: z.string(), jobId: idSchema };
/** Bounded because it is kept until a batch needs it, and passed from run to run. */
const boundedRefSchema = resultsRefSchema.extend({ uri: z.string().max(2048), sha256: z.string().max(64) });
const ended = z.object({ ...ids, tracking: z.object({ polls: z.number() }) });

/**
 * The part of a tracker's signal `importFinished` that a pipeline uses. Anybody can send this signal, so its form is
 * checked first.
 */
const importEndSchema = z.discriminatedUnion('status', [
  ended.extend({
    status: z.enum(reportedStatusNames),
    job: importJobSchema,
    resultsRef: boundedRefSchema.nullable(),
  }),
  ended.extend({ status: z.literal('expired'), message: z.string() }),
  ended.extend({
    status: z.literal('lost'),
    problem: z.object({ message: z.string() }).nullable(),
  }),
  ended.extend({ status: z.literal('timed_out'), problem: z.object({ message: z.string() }).nullable() }),
  z.object({ ...ids, status: z.enum(failureStatusNames), failure: z.object({ message: z.string() }) }),
]);

/**
 * Reads how an import ended from its tracker's signal. Returns null if the signal has another form or belongs to
 * another team.
 */
export function readImportEnd(payload: unknown, teamId: string): (BatchImportEnd & { jobId: string }) | null {
  const parsed = importEndSchema.safeParse(payload);
  if (!parsed.success || parsed.data.teamId !== teamId) return null;
  const end = parsed.data;
  if ('failure' in end) return trackingFailed(end.jobId, end.failure.message);
  const { polls } = end.tracking;
  const tracked = { ...nothing, jobId: end.jobId, polls };
  if ('job' in end) return { ...tracked, ...finished(end.status, end.job, end.resultsRef) };
  switch (end.status) {
    case 'expired':
      return { ...tracked, status: 'expired', message: cutMessage(end.message) };
    case 'lost':
      return {
        ...tracked,
        status: 'lost',
        message: cutMessage(`it is unknown how the import ended${because(end.problem)}`),
      };
    case 'timed_out':
      return {
        ...tracked,
        status: 'timed_out',
        message: cutMessage(`the import did not finish in time${because(end.problem)}`),
      };
  }
}

const because = (problem: { message: string } | null) => (problem === null ? '' : `: ${problem.message}`);

const nothing = { jobId: null, polls: 0, message: null, resultsRef: null, withoutResult: 'unknown' } as const;

const maxMessage = 1000;
const cutMessage = (message: string): string =>
  message.length > maxMessage ? `${message.slice(0, maxMessage)}…` : message;

function finished(
  status: ReportedStatus,
  job: ImportJob,
  resultsRef: ResultsRef | null,
): Pick<BatchImportEnd, 'status' | 'message' | 'resultsRef'> {
  const { shortfall } = endStatuses[status];
  if (shortfall === null)
    return { status, message: resultsRef === null ? 'the API gave no results' : null, resultsRef };
  const said = [job.error?.code, job.error?.message].filter((part) => part).join(': ');
  return {
    status,
    message: cutMessage(`the API reports that the import ${shortfall} (${said || 'without a reason'})`),
    resultsRef,
  };
}
