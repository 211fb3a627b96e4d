import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { CancellationScope, startChild, uuid4, workflowInfo } from '@temporalio/workflow';
import { noticeSummary } from '../../core/details/summaries';
import {
  noticeWorkflowId,
  type DeliverNoticeInput,
  type Notice,
  type NoticeEvent,
} from '../../core/tracker/notices/notices';
import type { deliverNotice } from '../deliver-notice';
import { prismJobIdKey, prismTeamIdKey } from '../messages';

/**
 * Hands a notice over to a workflow of its own, `deliverNotice`, which goes on when the tracker ends. Returns null once
 * that has started, else why it could not. Its id is the same for every try to deliver it; where an import that was
 * followed before had the same notice, it is another one: the two may say different things.
 */
export async function handOverNotice(
  webhook: string,
  event: NoticeEvent,
  notice: Notice,
): Promise<string | null> {
  const { workflowId } = workflowInfo();
  const idOf = (again: string | null) => noticeWorkflowId(workflowId, webhook, event, again);
  try {
    await start(idOf(null), { webhook, notice }).catch((error: unknown) => {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      return start(idOf(uuid4()), { webhook, notice });
    });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Resolves when the server has started it, also in a tracker that is cancelled. */
async function start(workflowId: string, input: DeliverNoticeInput): Promise<void> {
  const { type, data } = input.notice;
  const ids = [
    { key: prismTeamIdKey, value: data.teamId },
    { key: prismJobIdKey, value: data.jobId },
  ];
  await CancellationScope.nonCancellable(() =>
    startChild<typeof deliverNotice>('deliverNotice', {
      workflowId,
      args: [input],
      parentClosePolicy: 'ABANDON',
      cancellationType: 'ABANDON',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: noticeSummary(input.webhook, type, data),
      // A refused input may be without them.
      typedSearchAttributes: ids.filter(({ value }) => value !== ''),
    }),
  );
}
