import { finalJobStatus, type FinalJobStatus } from '../api/job-statuses';

/** The facts about one way in which tracking ends. */
interface StatusFacts {
  /** The cause: a final status of the API, the tracker giving up, or its failure or cancellation. */
  by: 'api' | 'tracker' | 'failure';
  /** The headline. */
  title: string;
  /** What to do about it, in Markdown; `docs/problems.md` says more. */
  advice: string;
  /** How lists colour it. */
  tone: 'good' | 'bad' | 'doubtful';
  /** Exit code of commands that wait for it; null if it has none of its own. */
  exitCode: number | null;
  /**
   * For an end reported by the API: how the import fell short, to follow "the import"; null if it processed all rows.
   */
  shortfall?: string | null;
}

/**
 * The ways in which tracking an import can end, in our words. Outcomes, the search attribute `PrismImportStatus`,
 * reports and metrics use these statuses.
 */
export const endStatuses = {
  complete: {
    by: 'api',
    title: 'Complete',
    advice: 'Read the results: single rows may have failed.',
    tone: 'good',
    exitCode: 0,
    shortfall: null,
  },
  failed: {
    by: 'api',
    title: 'Failed, as reported by the API',
    advice:
      'Read the error and fix its cause, then import the remaining rows. Rows imported before the failure are kept.',
    tone: 'bad',
    exitCode: 3,
    shortfall: 'failed',
  },
  expired: {
    by: 'tracker',
    title: 'Expired: the API does not know this import',
    advice:
      'Row results are no longer available. Check in Micro for the records, and next time track the import from its start.',
    tone: 'doubtful',
    exitCode: 5,
  },
  lost: {
    by: 'tracker',
    title: 'Lost: nobody knows how it ended',
    advice: 'Check in Micro for the records before you import anything again.',
    tone: 'bad',
    exitCode: 5,
  },
  timed_out: {
    by: 'tracker',
    title: 'Timed out before the import finished',
    advice: 'Track it again while the API still keeps it.',
    tone: 'doubtful',
    exitCode: 6,
  },
  error: {
    by: 'failure',
    title: 'Ended by a failure',
    advice: 'Read the failure, fix its cause, and track it again.',
    tone: 'bad',
    exitCode: null,
  },
  cancelled: {
    by: 'failure',
    title: 'Cancelled: no longer tracked',
    advice: 'The import itself continues. Track it again while the API still keeps it.',
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
/** Ends of trackers that return no outcome. */
export type FailureStatus = StatusBy<'failure'>;

/** Our word for each final status of the API. */
const ourStatusOf: Record<FinalJobStatus, ReportedStatus> = {
  complete: 'complete',
  failed: 'failed',
};

/** How an import ended according to the API's status; null unless the status is documented as final. */
export function reportedStatus(job: { status: string }): ReportedStatus | null {
  const status = finalJobStatus(job.status);
  return status === null ? null : ourStatusOf[status];
}

/** Every end, in the order above. */
export const endStatusNames = Object.keys(endStatuses) as EndStatus[];
const endsBy = <B extends StatusFacts['by']>(...by: B[]): StatusBy<B>[] =>
  endStatusNames.filter((status): status is StatusBy<B> =>
    by.some((each) => each === endStatuses[status].by),
  );
export const reportedStatusNames = endsBy('api');
export const outcomeStatusNames = endsBy('api', 'tracker');
export const failureStatusNames = endsBy('failure');
