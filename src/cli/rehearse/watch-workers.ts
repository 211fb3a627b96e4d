import type { Client } from '@temporalio/client';
import { neutralLine } from '../../core/details/neutral';
import { defaultTaskQueue } from '../../core/ids';
import { repeatUntilStopped, type RepeatedTask } from '../../dev/repeat-until-stopped';
import { lastPolls, waitingTasks } from '../../temporal/waiting-tasks';
import { CommandError } from '../command-error';
import { exitCodes } from '../exit-codes';
import { printToStderr } from '../terminal/output';
import { isUnserved, type LongWait } from './is-unserved';
import { backText, lostText, unservedText } from './worker-texts';

/** A worker that starts needs some seconds. */
const reportAfterMs = 10_000;
/** This process serves our own task queue. */
const query = `ExecutionStatus='Running' AND TaskQueue != '${defaultTaskQueue}'`;

/** A task queue that was reported, and when. */
interface Reported extends Pick<LongWait, 'taskQueue' | 'type'> {
  reportedMs: number;
}

/**
 * Says once if workflows wait for a task queue that no worker polls, and once that a worker polls it. `lost` rejects
 * when one has waited for `timeoutMs`, which may be infinite. `address` is that of the server.
 */
export function watchWorkers(
  client: Client,
  { address, timeoutMs }: { address: string; timeoutMs: number },
): RepeatedTask & { lost: Promise<never> } {
  let seen = new Map<string, LongWait>();
  const reportedOf = new Map<string, Reported>();
  let giveUp: (error: Error) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  lost.catch(() => undefined);

  const checkQueue = async (queue: string, waits: readonly LongWait[], nowMs: number) => {
    const long = waits.filter(({ sinceMs }) => nowMs - sinceMs >= Math.min(reportAfterMs, timeoutMs));
    if (long[0] === undefined) return;
    const polls = await lastPolls(client, long[0]);
    const [longest, ...others] = long.filter((wait) => isUnserved(wait, polls, nowMs));
    if (longest === undefined) return;
    const { taskQueue, type } = longest;
    reportedOf.set(queue, { taskQueue, type, reportedMs: nowMs });
    report(unservedText([longest, ...others], { address, timeoutMs, nowMs }));
  };
  const checkReported = async (
    queue: string,
    reported: Reported,
    waits: readonly LongWait[],
    nowMs: number,
  ) => {
    const polls = await lastPolls(client, reported);
    const isBack = polls.some(({ lastAccessMs }) => (lastAccessMs ?? nowMs) > reported.reportedMs);
    if (isBack) report(backText(reported));
    if (isBack || waits.length === 0) return void reportedOf.delete(queue);
    // Not the wait that was reported: it may be over while another one has just begun.
    const longest = waits.find((wait) => isUnserved(wait, polls, nowMs));
    if (longest !== undefined && nowMs - longest.sinceMs >= timeoutMs)
      giveUp(new CommandError(lostText(longest, nowMs), exitCodes.error));
  };
  const watching = repeatUntilStopped(async () => {
    const nowMs = Date.now();
    const tasks = await waitingTasks(client, query);
    const waits = tasks.map((task) => seen.get(task.id) ?? { ...task, sinceMs: nowMs });
    seen = new Map(waits.map((wait) => [wait.id, wait]));
    const waitsOf = byQueue(waits);
    for (const queue of new Set([...reportedOf.keys(), ...waitsOf.keys()])) {
      const reported = reportedOf.get(queue);
      const ofQueue = waitsOf.get(queue) ?? [];
      await (reported === undefined
        ? checkQueue(queue, ofQueue, nowMs)
        : checkReported(queue, reported, ofQueue, nowMs));
    }
  });
  return { ...watching, lost };
}

/** The waits of each task queue, longest first. */
function byQueue(waits: readonly LongWait[]): Map<string, LongWait[]> {
  const waitsOf = new Map<string, LongWait[]>();
  for (const wait of [...waits].sort((one, other) => one.sinceMs - other.sinceMs)) {
    const queue = `${wait.type} ${wait.taskQueue}`;
    waitsOf.set(queue, [...(waitsOf.get(queue) ?? []), wait]);
  }
  return waitsOf;
}

/** Ids and task queues are foreign text. */
const report = (line: string): void => printToStderr(neutralLine(line));
