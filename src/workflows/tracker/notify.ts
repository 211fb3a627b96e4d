import { getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import type { ImportEnd } from '../../core/tracker/outcome';
import { endedNotice } from '../../core/tracker/notices/notices';
import { undeliverable, type Undelivered, type WorkflowSubscriber } from '../../core/tracker/subscribers';
import { handOverNotice } from './hand-over-notice';
import type { Tracker } from './tracker';

/**
 * Notifies every subscriber of the import's end, including those that subscribe meanwhile, and returns those that could
 * not be notified. A signal goes to the workflow's current run. A webhook's notice is handed over to a separate
 * workflow. Subscribers are notified one after the other, because many outcomes with results in one workflow task would
 * exceed the server's message limit.
 */
export async function notifySubscribers(
  { subscribers, release02 }: Pick<Tracker, 'subscribers' | 'release02'>,
  end: ImportEnd,
): Promise<Undelivered[]> {
  const undelivered: Undelivered[] = [];
  const nowMs = Date.now();
  // The array's iterator includes elements added during the loop.
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

/** Null if the signal was delivered, else why not. */
async function notifyOne({ workflowId, signal }: WorkflowSubscriber, end: ImportEnd): Promise<string | null> {
  if (workflowId === workflowInfo().workflowId) return 'a tracker does not signal itself';
  try {
    await getExternalWorkflowHandle(workflowId).signal(signal, end);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
