import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { startOrAttachTracker } from '../../src/temporal/trackers';
import { pollNowSignal, setPollingUpdate } from '../../src/workflows/messages';
import { waitFor } from '../support/wake-site';
import { teamId, type FleetSite } from './site';

/** A group of trackers whose imports do not end. */
export interface Cohort {
  /** How many of them are open. */
  size(): number;
  /** The times of each tracker's polls, in milliseconds, oldest first. */
  pollTimes(): number[][];
  /** Waits until each has been polled this often, and has nothing left to do. */
  untilPolled(times: number): Promise<void>;
  /**
   * Sets their polling interval, evenly spread over a time, and so their polls too. Leaves out trackers that this
   * ended: 0.1.0 fails those whose wait ends in the same workflow task.
   */
  setInterval(intervalMs: number, overMs?: number): Promise<void>;
  /** Makes each poll once, by a signal. */
  pollOnce(): Promise<void>;
  /** Size in bytes of the history of the first tracker's run, as reported by the server. */
  historyBytes(): Promise<number>;
  /** Terminates all trackers. */
  terminate(): Promise<void>;
}

/** How many calls to the server are made at once. */
const callsAtOnce = 50;
const patienceMinutes = 20;

/** Starts trackers that poll at once, and then at this interval. */
export async function startCohort(
  { server: { client }, emulator }: FleetSite,
  { taskQueue, size, intervalMs }: { taskQueue: string; size: number; intervalMs: number },
): Promise<Cohort> {
  const submittedAt = new Date(Date.now() - 86_400_000).toISOString();
  const jobs = new Map<string, number[]>();
  for (let job = 0; job < size; job++)
    jobs.set(await emulator.controller.createJob({ teamId, total: 1000 }), []);
  let trackers = await inLanes([...jobs.keys()], async (jobId) => ({
    jobId,
    handle: await startOrAttachTracker(client, taskQueue, {
      ...{ teamId, jobId, submittedAt },
      polling: policyOf(intervalMs),
    }),
  }));
  const leaveOut = (ended: string): boolean => {
    trackers = trackers.filter(({ jobId }) => jobId !== ended);
    return jobs.delete(ended);
  };
  let read = 0;
  const pollTimes = () => {
    const { journal } = emulator.controller;
    for (; read < journal.length; read++) {
      const entry = journal[read];
      jobs.get(entry?.jobId ?? '')?.push(Date.parse(entry?.at ?? ''));
    }
    return [...jobs.values()];
  };
  const untilEach = (holds: (polls: number, index: number) => boolean) =>
    waitFor(
      () => Promise.resolve(pollTimes().every(({ length }, index) => holds(length, index))),
      patienceMinutes,
    );
  const untilAllIdle = () => inLanes(trackers, ({ handle }) => untilIdle(client, handle.workflowId));
  return {
    size: () => jobs.size,
    pollTimes,
    async untilPolled(times) {
      await untilEach((polls) => polls >= times);
      await untilAllIdle();
    },
    async setInterval(nextMs, overMs = 0) {
      const beganAt = performance.now();
      const all = trackers;
      const change = { args: [policyOf(nextMs)] as [object] };
      await inLanes(all, async ({ jobId, handle }, index) => {
        await pause(Math.max(0, beganAt + (overMs * index) / all.length - performance.now()));
        // An update that arrives while a tracker continues as new can fail.
        await waitFor(() =>
          handle.executeUpdate(setPollingUpdate, change).then(
            () => true,
            async (error: unknown) =>
              error instanceof WorkflowNotFoundError &&
              !(await isRunning(client, handle.workflowId)) &&
              leaveOut(jobId),
          ),
        );
      });
    },
    async pollOnce() {
      const before = pollTimes().map(({ length }) => length);
      await inLanes(trackers, ({ handle }) => handle.signal(pollNowSignal));
      await untilEach((polls, index) => polls > (before[index] ?? 0));
      await untilAllIdle();
    },
    async historyBytes() {
      const { historySize } = await client.workflow
        .getHandle(trackers[0]?.handle.workflowId ?? '')
        .describe();
      return historySize ?? 0;
    },
    async terminate() {
      await inLanes(trackers, ({ handle }) => handle.terminate());
    },
  };
}

const policyOf = (intervalMs: number) =>
  ({
    initialInterval: `${intervalMs}ms`,
    maximumInterval: `${intervalMs}ms`,
    jitter: 0,
    adaptive: false,
  }) as const;

const isRunning = async (client: Client, workflowId: string): Promise<boolean> =>
  (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';

/** Waits until a workflow has no pending tasks or activities. Does not involve a worker. */
async function untilIdle(client: Client, workflowId: string): Promise<void> {
  const live = client.workflow.getHandle(workflowId);
  await waitFor(async () => {
    const { raw } = await live.describe();
    return !raw.pendingWorkflowTask && (raw.pendingActivities ?? []).length === 0;
  });
}

/** Runs an action for each item, several at once; the results are in the items' order. */
async function inLanes<T, R>(items: readonly T[], act: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const lane = async () => {
    for (const [index, item] of left) results[index] = await act(item, index);
  };
  await Promise.all(Array.from({ length: callsAtOnce }, lane));
  return results;
}
