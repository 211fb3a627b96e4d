import type { Client, WorkflowHandle } from '@temporalio/client';
import { pollNowSignal, setPollingUpdate, statusQuery } from '../../src/workflows/messages';
import type { trackImport } from '../../src/workflows/track-import';
import { backlog, waitFor, type WakeSite } from './wake-site';

/** Whether something that happens without a worker appears in the task queue's backlog, which autoscalers read. */
export interface WakeSign {
  what: string;
  isInBacklog: boolean;
}

type Tracker = WorkflowHandle<typeof trackImport>;

/** How long a caller waits for a worker. */
const callLimitMs = 8000;
/** How long to wait for a task in the backlog. */
const signLimitMs = 20_000;

interface Happening {
  what: string;
  interval: string;
  happen: (tracker: Tracker, client: Client) => Promise<unknown>;
  /** How long it can be visible at most. */
  limitMs: number;
}

/** What can happen without a worker. */
const happenings: Happening[] = [
  { what: 'a poll that is due', interval: '5s', limitMs: signLimitMs, happen: () => Promise.resolve() },
  {
    what: 'the signal pollNow',
    interval: '1h',
    limitMs: signLimitMs,
    happen: (tracker) => tracker.signal(pollNowSignal),
  },
  {
    what: 'the update setPolling',
    interval: '1h',
    limitMs: callLimitMs,
    happen: (tracker, client) =>
      givingUp(client, () => tracker.executeUpdate(setPollingUpdate, { args: [{ jitter: 0.2 }] })),
  },
  {
    what: 'the query status',
    interval: '1h',
    limitMs: callLimitMs,
    happen: (tracker, client) => givingUp(client, () => tracker.query(statusQuery)),
  },
];

/** Tries each with a tracker whose worker was stopped. */
export async function wakeSigns({ client, startWorker, track }: WakeSite): Promise<WakeSign[]> {
  const signs: WakeSign[] = [];
  for (const [index, { what, interval, limitMs, happen }] of happenings.entries()) {
    const taskQueue = `sign-${index}`;
    const worker = await startWorker(taskQueue);
    const tracker = await track(taskQueue, interval).finally(() => worker.stop());
    const over = happen(tracker, client);
    const limit = performance.now() + limitMs;
    let isInBacklog = false;
    await waitFor(async () => {
      isInBacklog = (await backlog(client, taskQueue)) > 0;
      return isInBacklog || performance.now() > limit;
    });
    await over;
    signs.push({ what, isInBacklog });
  }
  return signs;
}

/** Resolves when the call ends, or when nobody answers within its timeout. */
const givingUp = (client: Client, call: () => Promise<unknown>): Promise<unknown> =>
  client.withDeadline(Date.now() + callLimitMs, call).catch(() => undefined);
