import {
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  type ActivityOptions,
} from '@temporalio/workflow';
import { showDetails } from './runtime/show-details';
import type { NoticeActivities } from '../activities/notice-activities';
import { noticeDetails } from '../core/details/notice-details';
import { noticeSummary } from '../core/details/summaries';
import { deliverNoticeInputSchema, type DeliverNoticeInput } from '../core/tracker/notices/notices';
import { checkInput } from '../core/validation';
import { readActivityFailure } from './runtime/activity-failure';
import { invalidInput } from './runtime/invalid-input';
import { countNotice } from './runtime/metrics';

/** How long it is tried, and how often: 5 s after the first try, then at twice the time, at most every hour. */
const delivery: ActivityOptions = {
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '1 day',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumInterval: '1 hour' },
};

/**
 * Delivers a notice to a webhook, again and again for a day, at least once and always under its own workflow id. Fails
 * with `NoticeUndelivered` when the receiver has not taken it by then, or says that it will not, and with
 * `InvalidInput` when it is none.
 */
export async function deliverNotice(input: DeliverNoticeInput): Promise<void> {
  const checked = checkInput(deliverNoticeInputSchema, input);
  if (!checked.ok) throw invalidInput('deliverNotice cannot use its input', checked.problems).error;
  const { webhook, notice } = input;
  const tell = (phase: Parameters<typeof noticeDetails>[1]) => showDetails(noticeDetails(input, phase));
  tell('delivering');
  const summary = noticeSummary(webhook, notice.type, notice.data);
  const { postNotice } = proxyActivities<NoticeActivities>({ ...delivery, summary });
  try {
    await postNotice(input);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { message } = readActivityFailure(error);
    countNotice(notice.type, 'failed');
    tell({ failed: message });
    const text = `The webhook ${webhook} was not notified of ${notice.type}: ${message}`;
    throw ApplicationFailure.create({ message: text, type: 'NoticeUndelivered', nonRetryable: true });
  }
  countNotice(notice.type, 'delivered');
  tell('delivered');
}
