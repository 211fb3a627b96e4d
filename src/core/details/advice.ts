import type { FailureType } from '../failures';
import { endStatuses, type EndStatus } from '../tracker/end-statuses';
import type { ProblemCode } from '../tracker/outcome';

/**
 * What to do about each problem of a tracker while the API keeps its import, in a sentence or two of Markdown;
 * `docs/problems.md` says more.
 */
export const problemAdvice: Record<ProblemCode, string> = {
  key_refused:
    'Give the workers a key that may read this team: in `MICRO_API_KEY_FILE`, or in `MICRO_API_KEY` and restart them. The tracker keeps asking, and goes on by itself.',
  invalid_request:
    'Read what the API objects to, and check team and job. The tracker asks again every few minutes at the most.',
  rate_limited:
    "Nothing yet: it waits as long as the API asked. If it lasts, the key's requests of this month may be used up.",
  unavailable:
    'Nothing yet: it tries again. If it lasts, check that a worker runs, and that it reaches the API and its storage.',
  malformed:
    'Check that `MICRO_BASE_URL` leads to the API, and not to a proxy or a page to log in. It tries again.',
  unknown_status:
    'Nothing yet: it keeps looking until retention ends. Ask the operator of the API what the status means.',
};

/** What mends each problem, whatever the tracker does by then. */
const remedies: Record<ProblemCode, string> = {
  key_refused:
    'Give the workers a key that may read this team: in `MICRO_API_KEY_FILE`, or in `MICRO_API_KEY` and restart them.',
  invalid_request: 'Read what the API objects to, and check team and job.',
  rate_limited: "See whether the key's requests of this month are used up.",
  unavailable: 'Check that a worker runs, and that it reaches the API and its storage.',
  malformed: 'Check that `MICRO_BASE_URL` leads to the API, and not to a proxy or a page to log in.',
  unknown_status: 'Ask the operator of the API what the status means.',
};

/** How a tracker stands, as far as what is to be done depends on it. */
export interface Standing {
  status: 'processing' | EndStatus;
  problem: ProblemCode | null;
  /** Whether the time is over for which the API keeps the import. */
  isOver: boolean;
}

/** What to do about a tracker, in a few sentences of Markdown; null when there is nothing to be done. */
export function adviceOn({ status, problem, isOver }: Standing): string | null {
  const remedy = problem === null ? [] : [remedies[problem]];
  const records = 'Retention is over: look in Micro for the records.';
  if (status === 'processing')
    return problem === null ? null : isOver ? lateAdvice(problem) : problemAdvice[problem];
  if (status === 'lost') return [endStatuses.lost.advice, ...remedy].join(' ');
  if (status === 'timed_out') return [...remedy, isOver ? records : endStatuses.timed_out.advice].join(' ');
  if (status === 'error' && isOver) return `Read the failure and mend its cause. ${records}`;
  if (status === 'cancelled' && isOver) return records;
  return endStatuses[status].advice;
}

/** What to do about a problem once retention is over. */
function lateAdvice(problem: ProblemCode): string {
  const next =
    problem === 'unknown_status'
      ? 'Retention is over; it is followed on, once a day, as long as the API shows it.'
      : 'Now: retention is over, and what cannot be asked for within a day counts as lost.';
  return `${next} ${remedies[problem]}`;
}

/** What to do about a workflow that failed, by the type of its failure. */
export const failureAdvice: Record<FailureType, string> = {
  InvalidInput: 'Correct the field that the message names, and start again.',
  PrismRateLimited: 'Wait until the API takes requests again, then start again.',
  PrismUnavailable: 'Check that the worker reaches the API, then start again.',
  PrismMalformedResponse: 'Check that `MICRO_BASE_URL` leads to the API, then start again.',
  PrismUnauthorized:
    'Give the workers a valid key (in `MICRO_API_KEY_FILE`, or in `MICRO_API_KEY` and restart them), and start again.',
  PrismForbidden:
    'Give the workers a key that may act for this team (in `MICRO_API_KEY_FILE`, or in `MICRO_API_KEY` and restart them), and start again.',
  PrismInvalidRequest: 'Correct what the API objects to, and start again.',
  PrismUnclear: 'Look in Micro for what was imported before anything is sent again.',
  PrismInProgress: 'Wait for the request that has the same key, then start again.',
  StorageUnavailable: 'Check that `PRISM_STORAGE` can be written and read by every worker, then start again.',
  SourceInvalid:
    'Put the file as it was back in its place, or import the present one afresh. If workers were upgraded, check `PRISM_SOURCES`.',
  OutOfTime:
    'Look at the worker: is it killed, or short of memory? Then start again, with a smaller file if it was.',
  Unexpected:
    'This is a defect of the program: report it with the log of the worker. Starting again will not help.',
};
