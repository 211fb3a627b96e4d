import { getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import type { ImportEnd, Undelivered } from '../../domain/outcome';
import type { Subscriber } from '../../domain/tracking-input';

/**
 * Signals how the import ended to every subscriber, also to those that join meanwhile, and returns those who could not be reached. A signal goes
 * to the workflow's current run, whichever that is by now.
 */
export async function tell(subscribers: readonly Subscriber[], end: ImportEnd): Promise<Undelivered[]> {
  const undelivered: Undelivered[] = [];
  for (let told = 0; told < subscribers.length;) {
    const waiting = subscribers.slice(told);
    told = subscribers.length;
    const reasons = await Promise.all(waiting.map((subscriber) => tellOne(subscriber, end)));
    waiting.forEach(({ workflowId, signal }, index) => {
      const reason = reasons[index] ?? null;
      if (reason !== null) undelivered.push({ workflowId, signal, reason });
    });
  }
  return undelivered;
}

/** Null when the signal was delivered, else why it was not. */
async function tellOne({ workflowId, signal }: Subscriber, end: ImportEnd): Promise<string | null> {
  if (workflowId === workflowInfo().workflowId) return 'a tracker does not signal itself';
  try {
    await getExternalWorkflowHandle(workflowId).signal(signal, end);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
