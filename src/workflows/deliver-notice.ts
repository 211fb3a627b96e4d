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

/** Attempts to deliver: the second after 5 s, then at doubled intervals of at most an hour. */
const delivery: ActivityOptions = {
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '1 day',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumInterval: '1 hour' },
};

/**
 * Delivers a notice to a webhook at least once, and retries for a day. Trackers start it; its workflow id is the
 * `webhook-id` of the notice. Fails with `NoticeUndelivered` if the receiver has not accepted the notice within a day
 * or refuses it for good, and with `InvalidInput` if the notice is malformed.
 *
 * @example
 *   import type { deliverNotice } from 'prism-imports/workflows';
 *
 *   const delivery = client.workflow.getHandle<typeof deliverNotice>(
 *     'prism-import/acme/imp-1/notice/ops/import.ended',
 *   );
 *   await delivery.result(); // rejects if the notice could not be delivered
 */
export async function deliverNotice(input: DeliverNoticeInput): Promise<void> {
  const checked = checkInput(deliverNoticeInputSchema, input);
  if (!checked.ok) throw invalidInput('deliverNotice cannot use its input', checked.problems).error;
  const { webhook, notice } = input;
  const showPhase = (phase: Parameters<typeof noticeDetails>[1]) => showDetails(noticeDetails(input, phase));
  showPhase('delivering');
  const summary = noticeSummary(webhook, notice.type, notice.data);
  const { postNotice } = proxyActivities<NoticeActivities>({ ...delivery, summary });
  try {
    await postNotice(input);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { message } = readActivityFailure(error);
    countNotice(notice.type, 'failed');
    showPhase({ failed: message });
    const text = `The webhook ${webhook} was not notified of ${notice.type}: ${message}`;
    throw ApplicationFailure.create({ message: text, type: 'NoticeUndelivered', nonRetryable: true });
  }
  countNotice(notice.type, 'delivered');
  showPhase('delivered');
}
