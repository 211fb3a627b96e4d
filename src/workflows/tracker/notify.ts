import { getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import type { ImportEnd } from '../../core/tracker/outcome';
import { undeliverable, type Subscriber, type Undelivered } from '../../core/tracker/subscribers';
import type { Tracker } from './tracker';

/**
 * Signals how the import ended to every subscriber, also to those that join meanwhile, and returns those who could not
 * be reached. A signal goes to the workflow's current run, whichever that is by now. One after the other: many outcomes
 * with results in one workflow task would not pass the server's limit for a message.
 */
export async function notifySubscribers(
  { subscribers, release02 }: Pick<Tracker, 'subscribers' | 'release02'>,
  end: ImportEnd,
): Promise<Undelivered[]> {
  const undelivered: Undelivered[] = [];
  // The iterator of an array also meets what is added while it is on its way.
  for (const subscriber of subscribers) {
    const refusal = release02 ? undeliverable(subscriber, workflowInfo().parent?.workflowId) : null;
    const reason = refusal ?? (await notifyOne(subscriber, end));
    if (reason !== null) undelivered.push({ ...subscriber, reason });
  }
  return undelivered;
}

/** Null when the signal was delivered, else why it was not. */
async function notifyOne({ workflowId, signal }: Subscriber, end: ImportEnd): Promise<string | null> {
  if (workflowId === workflowInfo().workflowId) return 'a tracker does not signal itself';
  try {
    await getExternalWorkflowHandle(workflowId).signal(signal, end);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
