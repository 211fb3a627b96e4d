import { activityInfo, ApplicationFailure, cancellationSignal } from '@temporalio/activity';
import type { DeliverNoticeInput } from '../core/tracker/notices/notices';
import { NoticeError, type NoticeSender } from '../ports/notice-sender';
import { NoticeTurns } from './notice-turns';

/** What the activities that tell webhooks stand on. */
export interface NoticePorts {
  notices: NoticeSender;
}

/** The activities that {@link createNoticeActivities} makes. */
export type NoticeActivities = ReturnType<typeof createNoticeActivities>;

/** The activities of `deliverNotice`. */
export const createNoticeActivities = ({ notices }: NoticePorts, turns = new NoticeTurns()) => ({
  /**
   * One try to tell a webhook, under the id of the workflow that asks. Fails with `NoticeFailed`, which is worth
   * another try: after the wait that the receiver asked for, if it did. Fails with `NoticeRefused`, which is not, when
   * the receiver answered 410, or the tenth try or a later one found no such webhook.
   */
  async postNotice({ webhook, notice }: DeliverNoticeInput): Promise<void> {
    const { workflowExecution, attempt } = activityInfo();
    const { type, timestamp, data } = notice;
    const body = JSON.stringify({ type, timestamp, data });
    const giveBack = turns.take(webhook);
    if (giveBack === null) throw failed('this worker is busy telling webhooks', turnWaitMs());
    try {
      const id = headerText(workflowExecution?.workflowId ?? '');
      await notices.send({ webhook, id, body }, cancellationSignal());
    } catch (error) {
      if (!(error instanceof NoticeError)) throw error;
      const { kind, message, retryAfterMs } = error;
      const isFinal = kind === 'gone' || (kind === 'unknown' && attempt >= unknownTries);
      throw isFinal ? refused(message) : failed(message, retryAfterMs);
    } finally {
      giveBack();
    }
  },
});

/** Workers may learn of a new webhook one after the other: so many tries take about three quarters of an hour. */
const unknownTries = 10;
/** Longest wait that a receiver may ask for. A wait beyond the activity's time would end it at once. */
const maxRetryAfterMs = 3_600_000;
/** From 10 to 30 s, so that many do not come back together. */
const turnWaitMs = (): number => 10_000 + Math.random() * 20_000;

function failed(message: string, waitMs: number | null): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'NoticeFailed',
    message,
    ...(waitMs !== null && waitMs > 0 && { nextRetryDelay: Math.min(waitMs, maxRetryAfterMs) }),
  });
}

const refused = (message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, 'NoticeRefused');

/** A workflow id as a header can carry it: what is not printable ASCII is percent-encoded. */
const headerText = (id: string): string => id.replace(/[^\x21-\x7e]+/gu, encodeURIComponent);
