import { finalJobStatus, type FinalJobStatus } from '../api/job-statuses';

/** What is known of one way in which the tracking of an import ends. */
interface StatusFacts {
  /** What ends it: a final status of the API, the tracker that stops waiting, or a failure or cancellation of it. */
  by: 'api' | 'tracker' | 'failure';
  /** How it reads in a headline. */
  title: string;
  /** What to do about it, in Markdown; `docs/problems.md` says more. */
  advice: string;
  /** How it looks in a list. */
  tone: 'good' | 'bad' | 'doubtful';
  /** Exit code of the commands that wait for it; null when it has none of its own. */
  exitCode: number | null;
  /** Of an end by the API: how the import fell short, after "the import"; null when it went through all of its rows. */
  shortfall?: string | null;
}

/**
 * How the tracking of an import can end, in our words: they are the statuses of outcomes, of the search attribute
 * `PrismImportStatus`, of reports and of metrics.
 */
export const endStatuses = {
  complete: {
    by: 'api',
    title: 'Complete',
    advice: 'Read the results: rows may have failed one by one.',
    tone: 'good',
    exitCode: 0,
    shortfall: null,
  },
  failed: {
    by: 'api',
    title: 'Failed: the API says so',
    advice: 'Read the error: what was imported before it stays. Mend the cause and import the rest again.',
    tone: 'bad',
    exitCode: 3,
    shortfall: 'failed',
  },
  expired: {
    by: 'tracker',
    title: 'Expired: the API does not know this import',
    advice:
      "The rows' results are not to be had. Look in Micro for the records; next time follow the import from its start.",
    tone: 'doubtful',
    exitCode: 5,
  },
  lost: {
    by: 'tracker',
    title: 'Lost: nobody knows how it ended',
    advice: 'Look in Micro for the records before anything is imported again.',
    tone: 'bad',
    exitCode: 5,
  },
  timed_out: {
    by: 'tracker',
    title: 'Timed out: it was not seen to finish',
    advice: 'Follow it again while the API still keeps it.',
    tone: 'doubtful',
    exitCode: 6,
  },
  error: {
    by: 'failure',
    title: 'Ended by a failure',
    advice: 'Read the failure, mend its cause, and follow it again.',
    tone: 'bad',
    exitCode: null,
  },
  cancelled: {
    by: 'failure',
    title: 'Cancelled: no longer followed',
    advice: 'The import itself goes on. Follow it again while the API still keeps it.',
    tone: 'doubtful',
    exitCode: null,
  },
} as const satisfies Record<string, StatusFacts>;

export type EndStatus = keyof typeof endStatuses;
type StatusBy<B extends StatusFacts['by']> = {
  [S in EndStatus]: (typeof endStatuses)[S]['by'] extends B ? S : never;
}[EndStatus];
/** Ends that the API reports. */
export type ReportedStatus = StatusBy<'api'>;
/** Ends of trackers that return nothing. */
export type FailureStatus = StatusBy<'failure'>;

/** Our word for each final status of the API. */
const ourStatusOf: Record<FinalJobStatus, ReportedStatus> = {
  complete: 'complete',
  failed: 'failed',
};

/** How an import ended by the status that the API gives it; null while it is not over, as far as is documented. */
export function reportedStatus(job: { status: string }): ReportedStatus | null {
  const status = finalJobStatus(job.status);
  return status === null ? null : ourStatusOf[status];
}

/** Every end, in the order of the list. */
export const endStatusNames = Object.keys(endStatuses) as EndStatus[];
const endsBy = <B extends StatusFacts['by']>(...by: B[]): StatusBy<B>[] =>
  endStatusNames.filter((status): status is StatusBy<B> =>
    by.some((each) => each === endStatuses[status].by),
  );
export const reportedStatusNames = endsBy('api');
export const outcomeStatusNames = endsBy('api', 'tracker');
export const failureStatusNames = endsBy('failure');
