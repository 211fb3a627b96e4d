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
 * Hands a notice over to a separate workflow, `deliverNotice`, which continues after the tracker ends. Returns null
 * once it has started, else why it could not. Repeated attempts have the same id. If an earlier tracker of the import
 * has used it, another id is chosen, since the two notices may differ.
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

/** Resolves once the server has started it, even if the tracker is cancelled. */
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
      // A refused input may lack them.
      typedSearchAttributes: ids.filter(({ value }) => value !== ''),
    }),
  );
}
