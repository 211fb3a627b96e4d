import type { DeliverNoticeInput } from '../tracker/notices/notices';
import { code, factsTable, page } from './markdown';

/** The state of a delivery, or why it failed. */
type DeliveryPhase = 'delivering' | 'delivered' | { failed: string };

const maxShownFailure = 900;

/** What the Temporal UI shows of a notice's delivery, in Markdown. */
export function noticeDetails({ webhook, notice }: DeliverNoticeInput, phase: DeliveryPhase): string {
  const { status, teamId, jobId } = notice.data;
  return page([
    `**${headline(phase)}**`,
    ...(typeof phase === 'object' ? [`${code(phase.failed, maxShownFailure)} What to do: ${advice}`] : []),
    factsTable(
      ['Import', `${code(jobId)} of team ${code(teamId)}`],
      [
        ['Webhook', code(webhook)],
        ['Event', `${code(notice.type)}, status ${code(status)}`],
        ['Happened', notice.timestamp],
      ],
    ),
  ]);
}

function headline(phase: DeliveryPhase): string {
  if (typeof phase === 'object') return 'Not delivered';
  return phase === 'delivered' ? 'Delivered' : 'Delivering: see the activity for attempts and failures';
}

const advice = 'check the receiver and `PRISM_WEBHOOKS`. See docs/notices.md';
