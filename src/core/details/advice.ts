import type { FailureType } from '../failures';
import { endStatuses, type EndStatus } from '../tracker/end-statuses';
import type { ProblemCode } from '../tracker/outcome';

/**
 * How to fix each problem of a tracker while the API keeps its import: a sentence or two of Markdown.
 * `docs/problems.md` explains more.
 */
export const problemAdvice: Record<ProblemCode, string> = {
  key_refused:
    'Give the workers a key that may read this team: in `MICRO_API_KEY_FILE`, or in `MICRO_API_KEY` and restart them. The tracker keeps polling and recovers by itself.',
  invalid_request:
    'Read why the API refuses the request, and check the team id and job id. The tracker polls again at most every 5 minutes.',
  rate_limited:
    "Nothing yet: the tracker waits as long as the API asked. If this lasts, the key's requests for this month may be used up.",
  unavailable:
    'Nothing yet: the tracker retries. If this lasts, check that a worker runs and can reach the API and its storage.',
  malformed:
    'Check that `MICRO_BASE_URL` points to the API, not to a proxy or a login page. The tracker retries.',
  unknown_status:
    'Nothing yet: the tracker keeps polling until retention ends. Ask Micro support what the status means.',
};

/** The fix for each problem, independent of what the tracker does next. */
const remedies: Record<ProblemCode, string> = {
  key_refused:
    'Give the workers a key that may read this team: in `MICRO_API_KEY_FILE`, or in `MICRO_API_KEY` and restart them.',
  invalid_request: 'Read why the API refuses the request, and check the team id and job id.',
  rate_limited: "Check whether the key's requests for this month are used up.",
  unavailable: 'Check that a worker runs and can reach the API and its storage.',
  malformed: 'Check that `MICRO_BASE_URL` points to the API, not to a proxy or a login page.',
  unknown_status: 'Ask Micro support what the status means.',
};

/** The facts about a tracker that decide on the advice. */
export interface Standing {
  status: 'processing' | EndStatus;
  problem: ProblemCode | null;
  /** Whether the import's retention is over. */
  isOver: boolean;
}

/** What to do about a tracker, in a few sentences of Markdown; null if nothing needs to be done. */
export function adviceOn({ status, problem, isOver }: Standing): string | null {
  const remedy = problem === null ? [] : [remedies[problem]];
  const records = 'Retention is over: check in Micro for the records.';
  if (status === 'processing')
    return problem === null ? null : isOver ? lateAdvice(problem) : problemAdvice[problem];
  if (status === 'lost') return [endStatuses.lost.advice, ...remedy].join(' ');
  if (status === 'timed_out') return [...remedy, isOver ? records : endStatuses.timed_out.advice].join(' ');
  if (status === 'error' && isOver) return `Read the failure and fix its cause. ${records}`;
  if (status === 'cancelled' && isOver) return records;
  return endStatuses[status].advice;
}

/** What to do about a problem once retention is over. */
function lateAdvice(problem: ProblemCode): string {
  const next =
    problem === 'unknown_status'
      ? 'Retention is over. The tracker polls once a day for as long as the API still returns the import.'
      : 'Act now: retention is over, and the import counts as lost if no poll succeeds within a day.';
  return `${next} ${remedies[problem]}`;
}

/** What to do about a failed workflow, by the type of its failure. */
export const failureAdvice: Record<FailureType, string> = {
  InvalidInput: 'Correct the field named in the message, then start again.',
  PrismRateLimited: 'Wait until the API takes requests again, then start again.',
  PrismUnavailable: 'Check that the worker can reach the API, then start again.',
  PrismMalformedResponse: 'Check that `MICRO_BASE_URL` points to the API, then start again.',
  PrismUnauthorized:
    'Give the workers a valid key (in `MICRO_API_KEY_FILE`, or in `MICRO_API_KEY` and restart them), then start again.',
  PrismForbidden:
    'Give the workers a key that may act for this team (in `MICRO_API_KEY_FILE`, or in `MICRO_API_KEY` and restart them), then start again.',
  PrismInvalidRequest: 'Correct what the API refused, then start again.',
  PrismUnclear: 'Check in Micro which records were imported before you send anything again.',
  PrismInProgress: 'Wait until the request with the same idempotency key has finished, then start again.',
  StorageUnavailable: 'Check that every worker can read and write `PRISM_STORAGE`, then start again.',
  SourceInvalid:
    'Restore the original file, or start a new import of the current one. If you upgraded workers, check `PRISM_SOURCES`.',
  OutOfTime:
    'Check whether the worker was killed or ran out of memory. Then start again, with a smaller file if it was.',
  Unexpected: 'This is a bug: report it with the log of the worker. Starting again will not help.',
};
