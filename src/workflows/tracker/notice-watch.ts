import { CancellationScope, log, sleep, workflowInfo } from '@temporalio/workflow';
import { noticeTimerSummary } from '../../core/details/summaries';
import { dueNotices, markNotified, type DueNotice } from '../../core/tracker/notices/due-notices';
import { progressNotice } from '../../core/tracker/notices/notices';
import type { TrackerState } from '../../core/tracker/state';
import type { Subscriber } from '../../core/tracker/subscribers';
import { handOverNotice } from './hand-over-notice';

/**
 * Notifies webhooks of the events before an import's end that they requested, when each is due. It has its own timer,
 * which depends only on what was seen, so the schedule of polls does not decide which timers a history holds. If no
 * webhook waits for an event, it issues no command.
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

  /** Hands over what is due, and waits for what will be. Call it when the state or the subscribers have changed. */
  update(state: TrackerState): void {
    if (this.isStopped) return;
    this.state = state;
    const nowMs = Date.now();
    const [next] = dueNotices(this.subscribers, state).filter((due) => {
      if (due.atMs > nowMs) return true;
      markNotified(due);
      this.handingOver.push(this.handOver(due, state, nowMs));
      return false;
    });
    this.waitUntil(next?.atMs ?? null, nowMs);
  }

  /** Ends the watch, and resolves when everything that was due is handed over. Null if there is nothing to wait for. */
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
          this.update(this.state);
        },
        () => undefined, // rescheduled or ended
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
