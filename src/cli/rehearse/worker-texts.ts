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
  const [longest] = waits;
  const { taskQueue, type, workflowType, sinceMs } = longest;
  const ids = new Set(waits.map(({ workflowId }) => workflowId));
  const waiting = ids.size === 1 ? 'has' : `and ${ids.size - 1} more have`;
  const work = type === queueType.activity ? ' for activities' : '';
  const waited = describeDuration(nowMs - sinceMs);
  const isMisplaced = type === queueType.workflow && ourTypes.includes(workflowType);
  const remedy = isMisplaced
    ? `Start ${workflowType} on the task queue ${defaultTaskQueue}`
    : `Start your worker, with TEMPORAL_ADDRESS=${shellWord(address)}`;
  const leftMs = timeoutMs - (nowMs - sinceMs);
  const end = leftMs === Infinity ? '' : `; otherwise the rehearsal ends in ${describeDuration(leftMs)}`;
  return `No worker polls the task queue ${taskQueue}${work}: ${longest.workflowId} ${waiting} waited for ${waited}. ${remedy}${end}.`;
}

/** That a task queue has a worker again. */
export const backText = ({ taskQueue }: LongWait): string =>
  `A worker polls the task queue ${taskQueue} now.`;

/** Why the rehearsal ends without a worker. */
export const lostText = ({ taskQueue, workflowId }: LongWait, timeoutMs: number): string =>
  `The rehearsal has ended: ${workflowId} waited for ${describeDuration(timeoutMs)}, but no worker polled the task queue ${taskQueue}.`;
