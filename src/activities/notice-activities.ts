import { activityInfo, ApplicationFailure, cancellationSignal } from '@temporalio/activity';
import type { DeliverNoticeInput } from '../core/tracker/notices/notices';
import { NoticeError, type NoticeSender } from '../ports/notice-sender';
import { NoticeTurns } from './notice-turns';

/** What the activities that notify webhooks depend on. */
export interface NoticePorts {
  notices: NoticeSender;
}

/** The activities that {@link createNoticeActivities} creates. */
export type NoticeActivities = ReturnType<typeof createNoticeActivities>;

/** The activities of `deliverNotice`. */
export const createNoticeActivities = ({ notices }: NoticePorts, turns = new NoticeTurns()) => ({
  /**
   * Attempts once to notify a webhook, under the id of the calling workflow. Fails with `NoticeFailed`, which is
   * retried, after the wait that the receiver requested, if any. Fails for good with `NoticeRefused` if the receiver
   * answered 410, or if the tenth or a later attempt finds no such webhook.
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

/**
 * Workers may get to know a new webhook one after the other. This many attempts take about three quarters of an hour.
 */
const unknownTries = 10;
/** Longest wait that a receiver may request. A wait beyond the activity's timeout would end it at once. */
const maxRetryAfterMs = 3_600_000;
/** From 10 to 30 s, so that many do not return at the same time. */
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

/** A workflow id for a header: anything that is not printable ASCII is percent-encoded. */
const headerText = (id: string): string => id.replace(/[^\x21-\x7e]+/gu, encodeURIComponent);
