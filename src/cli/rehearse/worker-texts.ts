import { describeDuration } from '../../core/duration';
import { defaultTaskQueue } from '../../core/ids';
import { queueType } from '../../temporal/task-queues';
import { shellWord } from '../../temporal/shell-word';
import type { LongWait } from './is-unserved';

/** Our own workflow types, which belong on our own task queue. */
export const ourTypes: readonly string[] = ['trackImport', 'importRecords', 'deliverNotice'];

/** What waits for a worker of a task queue, for how long, and what to do. `waits` begin with the longest. */
export function unservedText(
  waits: readonly [LongWait, ...LongWait[]],
  { address, timeoutMs, nowMs }: { address: string; timeoutMs: number; nowMs: number },
): string {
  const [{ workflowId, workflowType, taskQueue, type, sinceMs }] = waits;
  const work = type === queueType.activity ? ' for activities' : '';
  const others = new Set(waits.map((wait) => wait.workflowId)).size - 1;
  const waiting = `${workflowId} ${others === 0 ? 'has' : `and ${others} more have`} waited`;
  const isMisplaced = type === queueType.workflow && ourTypes.includes(workflowType);
  const remedy = isMisplaced
    ? `Start ${workflowType} on the task queue ${defaultTaskQueue}`
    : `Start your worker, with TEMPORAL_ADDRESS=${shellWord(address)}`;
  const leftMs = timeoutMs - (nowMs - sinceMs);
  const end =
    leftMs === Infinity || leftMs <= 0 ? '' : `; otherwise the rehearsal ends in ${describeDuration(leftMs)}`;
  const problem = `No worker polls the task queue ${taskQueue}${work}: ${waiting}`;
  return `${problem} for ${describeDuration(nowMs - sinceMs)}. ${remedy}${end}.`;
}

/** That a task queue has a worker again. */
export const backText = ({ taskQueue }: Pick<LongWait, 'taskQueue'>): string =>
  `A worker polls the task queue ${taskQueue} now.`;

/** Why the rehearsal ends without a worker. The wait has lasted at least as long as the text says. */
export function lostText({ taskQueue, workflowId, sinceMs }: LongWait, nowMs: number): string {
  const waited = `${workflowId} waited for ${describeDuration(Math.floor((nowMs - sinceMs) / 1000) * 1000)}`;
  return `The rehearsal has ended: ${waited}, but no worker polled the task queue ${taskQueue}.`;
}
