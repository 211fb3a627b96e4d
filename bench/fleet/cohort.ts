import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { startOrAttachTracker } from '../../src/temporal/trackers';
import { pollNowSignal, setPollingUpdate } from '../../src/workflows/messages';
import { waitFor } from '../support/wake-site';
import { teamId, type FleetSite } from './site';

/** Trackers of imports that do not end, each of its own. */
export interface Cohort {
  /** When each was polled, in milliseconds, oldest first. */
  pollTimes(): number[][];
  /** Waits until each has been polled so often, and all they had to do is done. */
  untilPolled(times: number): Promise<void>;
  /** Has them polled at this interval from now on, which they are told one after the other, over a time. */
  setInterval(intervalMs: number, overMs?: number): Promise<void>;
  /** Has each polled once, by a signal. */
  pollOnce(): Promise<void>;
  /** Bytes of the history of the first one's run, as the server counts them. */
  historyBytes(): Promise<number>;
  /** Ends them without a word. */
  terminate(): Promise<void>;
}

/** Of calls to the server that are made at once. */
const callsAtOnce = 50;
const patienceMinutes = 20;

/** Starts trackers that are polled at once, and then at this interval. */
export async function startCohort(
  { client, emulator }: FleetSite,
  { taskQueue, size, intervalMs }: { taskQueue: string; size: number; intervalMs: number },
): Promise<Cohort> {
  const submittedAt = new Date(Date.now() - 86_400_000).toISOString();
  const jobs = new Map<string, number[]>();
  for (let job = 0; job < size; job++)
    jobs.set(await emulator.controller.createJob({ teamId, total: 1000 }), []);
  const handles = await inTurn([...jobs.keys()], (jobId) =>
    startOrAttachTracker(client, taskQueue, { teamId, jobId, polling: policyOf(intervalMs), submittedAt }),
  );
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
  const untilAllIdle = () => inTurn(handles, ({ workflowId }) => untilIdle(client, workflowId));
  return {
    pollTimes,
    async untilPolled(times) {
      await untilEach((polls) => polls >= times);
      await untilAllIdle();
    },
    async setInterval(nextMs, overMs = 0) {
      const beganAt = performance.now();
      const change = { args: [policyOf(nextMs)] as [object] };
      for (let from = 0; from < size; from += callsAtOnce) {
        await pause(Math.max(0, beganAt + (overMs * from) / size - performance.now()));
        const some = handles.slice(from, from + callsAtOnce);
        await Promise.all(
          some.map(async (handle) => {
            // One that comes while a tracker continues as new can fail.
            await waitFor(() =>
              handle.executeUpdate(setPollingUpdate, change).then(
                () => true,
                () => false,
              ),
            );
          }),
        );
      }
    },
    async pollOnce() {
      const before = pollTimes().map(({ length }) => length);
      await inTurn(handles, (handle) => handle.signal(pollNowSignal));
      await untilEach((polls, index) => polls > (before[index] ?? 0));
      await untilAllIdle();
    },
    async historyBytes() {
      const { historySize } = await client.workflow.getHandle(handles[0]?.workflowId ?? '').describe();
      return historySize ?? 0;
    },
    async terminate() {
      await inTurn(handles, (handle) => handle.terminate());
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

/** Waits until nothing of a workflow is to be done: neither a task nor an activity. No worker is asked. */
async function untilIdle(client: Client, workflowId: string): Promise<void> {
  const live = client.workflow.getHandle(workflowId);
  await waitFor(async () => {
    const { raw } = await live.describe();
    return !raw.pendingWorkflowTask && (raw.pendingActivities ?? []).length === 0;
  });
}

/** Does something for each of them, some at once. */
async function inTurn<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += callsAtOnce)
    results.push(...(await Promise.all(items.slice(from, from + callsAtOnce).map(act))));
  return results;
}
