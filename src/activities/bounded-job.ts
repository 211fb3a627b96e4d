import { withoutResults, type ImportJob } from '../core/api/import-job';
import { jobLimitBytes } from '../core/tracker/get-import-status';
import { PrismError, unanswered } from '../ports/prism-error';

/**
 * Throws a failure made by `toFailure` if a job is too large to come from this API. Jobs become part of histories and
 * signals, whose size is limited.
 */
export function assertBounded(
  job: ImportJob,
  request: string,
  toFailure: (error: PrismError) => unknown,
): void {
  const bytes = Buffer.byteLength(JSON.stringify(withoutResults(job)));
  if (bytes <= jobLimitBytes) return;
  const seen = `a job of ${bytes} bytes besides its results; at most ${jobLimitBytes} are accepted`;
  throw toFailure(unexpectedJob(request, seen));
}

/** The error for an answer with an unexpected job. */
export function unexpectedJob(request: string, seen: string): PrismError {
  const facts = { ...unanswered('malformed', request, true), status: 200 };
  return new PrismError(`${request}: answered with ${seen}`, facts);
}
