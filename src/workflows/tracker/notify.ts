import { getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import type { ImportEnd } from '../../core/tracker/outcome';
import { endedNotice } from '../../core/tracker/notices/notices';
import { undeliverable, type Undelivered, type WorkflowSubscriber } from '../../core/tracker/subscribers';
import { handOverNotice } from './hand-over-notice';
import type { Tracker } from './tracker';

/**
 * Tells every subscriber how the import ended, also those that join meanwhile, and returns those who could not be
 * reached. A signal goes to the workflow's current run, whichever that is by now; what a webhook is told is handed over
 * to a workflow of its own. One after the other: many outcomes with results in one workflow task would not pass the
 * server's limit for a message.
 */
export async function notifySubscribers(
  { subscribers, release02 }: Pick<Tracker, 'subscribers' | 'release02'>,
  end: ImportEnd,
): Promise<Undelivered[]> {
  const undelivered: Undelivered[] = [];
  const nowMs = Date.now();
  // The iterator of an array also meets what is added while it is on its way.
  for (const subscriber of subscribers) {
    if ('webhook' in subscriber) {
      const { webhook } = subscriber;
      const notice = endedNotice(end, workflowInfo().workflowId, nowMs);
      const reason = await handOverNotice(webhook, 'ended', notice);
      if (reason !== null) undelivered.push({ webhook, reason });
      continue;
    }
    const refusal = release02 ? undeliverable(subscriber, workflowInfo().parent?.workflowId) : null;
    const reason = refusal ?? (await notifyOne(subscriber, end));
    if (reason !== null) undelivered.push({ ...subscriber, reason });
  }
  return undelivered;
}

/** Null when the signal was delivered, else why it was not. */
async function notifyOne({ workflowId, signal }: WorkflowSubscriber, end: ImportEnd): Promise<string | null> {
  if (workflowId === workflowInfo().workflowId) return 'a tracker does not signal itself';
  try {
    await getExternalWorkflowHandle(workflowId).signal(signal, end);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
