import { continueAsNew, proxyActivities, sleep, workflowInfo, type RetryPolicy } from '@temporalio/workflow';
import type { PollActivities, Waited } from './poll-activities';

/** Waits by the retries of one activity, as Temporal's documentation recommends for infrequent polls. */
export async function waitByRetries(job: Waited, retry: RetryPolicy | 'schedule'): Promise<void> {
  const waited = retry === 'schedule' ? { ...job, submittedAtMs: Date.now() } : job;
  const { pollUntilDone } = proxyActivities<PollActivities>({
    startToCloseTimeout: '60 seconds',
    ...(retry !== 'schedule' && { retry }),
  });
  await pollUntilDone(waited);
}

/** Waits with a timer of constant length before each poll. */
export async function waitByTimers(job: Waited, intervalMs: number): Promise<void> {
  const { poll } = proxyActivities<PollActivities>({ startToCloseTimeout: '60 seconds' });
  for (;;) {
    await sleep(intervalMs);
    if (await poll(job)) return;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof waitByTimers>(job, intervalMs);
  }
}
