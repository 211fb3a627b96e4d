import { CancellationScope, log, sleep, workflowInfo } from '@temporalio/workflow';
import { noticeTimerSummary } from '../../core/details/summaries';
import { dueNotices, markTold, type DueNotice } from '../../core/tracker/notices/due-notices';
import { progressNotice } from '../../core/tracker/notices/notices';
import type { TrackerState } from '../../core/tracker/state';
import type { Subscriber } from '../../core/tracker/subscribers';
import { handOverNotice } from './hand-over-notice';

/**
 * Tells webhooks what they have asked for on the way of an import, at the moment it is due. Its timer is one of its
 * own, and depends on what was seen alone: so which timers a history holds is not decided by the schedule of polls.
 * Where no webhook waits for anything, it gives no command.
 */
export class NoticeWatch {
  private timer: { atMs: number; scope: CancellationScope } | null = null;
  private handingOver: Promise<void>[] = [];
  /** The tracker's last state; null before the first. */
  private state: TrackerState | null = null;
  private isStopped = false;

  constructor(
    private readonly ids: { teamId: string; jobId: string },
    private readonly subscribers: readonly Subscriber[],
  ) {}

  /** Hands over what is due, and waits for what will be. To be called when state or subscribers have changed. */
  look(state: TrackerState): void {
    if (this.isStopped) return;
    this.state = state;
    const nowMs = Date.now();
    const [next] = dueNotices(this.subscribers, state).filter((due) => {
      if (due.atMs > nowMs) return true;
      markTold(due);
      this.handingOver.push(this.handOver(due, state, nowMs));
      return false;
    });
    this.waitUntil(next?.atMs ?? null, nowMs);
  }

  /** Ends the watch, and resolves when all that was due is handed over. Null when there is nothing to wait for. */
  stop(): Promise<unknown> | null {
    this.isStopped = true;
    this.waitUntil(null);
    return this.handingOver.length === 0 ? null : Promise.all(this.handingOver);
  }

  private waitUntil(atMs: number | null, nowMs = 0): void {
    if (this.timer?.atMs === atMs) return;
    this.timer?.scope.cancel();
    this.timer = null;
    if (atMs === null) return;
    const leftMs = Math.ceil(atMs - nowMs);
    const timer = { atMs, scope: new CancellationScope() };
    this.timer = timer;
    void timer.scope
      .run(() => sleep(leftMs, { summary: noticeTimerSummary(leftMs) }))
      .then(
        () => {
          if (this.timer !== timer || this.state === null) return;
          this.timer = null;
          this.look(this.state);
        },
        () => undefined, // another time, or the end
      );
  }

  private async handOver(
    { subscriber, event }: DueNotice,
    state: TrackerState,
    nowMs: number,
  ): Promise<void> {
    const source = { ...this.ids, workflowId: workflowInfo().workflowId };
    const notice = progressNotice(event, source, state, nowMs);
    const refusal = await handOverNotice(subscriber.webhook, event, notice);
    if (refusal !== null) log.warn(`could not start the delivery of the notice ${notice.type}: ${refusal}`);
  }
}
