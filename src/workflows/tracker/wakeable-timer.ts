import { CancellationScope, condition, sleep } from '@temporalio/workflow';

/**
 * A durable timer that can be cut short. It gives the commands that `condition` with a timeout gives, in the same
 * order, with a third of its promises: for each of them Temporal's SDK notes the call stack.
 */
export class WakeableTimer {
  private scope = new CancellationScope();
  private isAsleep = false;
  private isWoken = false;

  constructor() {
    this.listen();
  }

  /** Sleeps, and gives whether it was woken before the time was over. Rejects when the workflow is cancelled. */
  sleep(ms: number, summary: string): Promise<boolean> {
    [this.isAsleep, this.isWoken] = [true, false];
    return this.scope
      .run(() => sleep(ms, { summary }))
      .then(
        () => {
          this.isAsleep = false;
          this.renew();
          return false;
        },
        (error: unknown) => {
          this.isAsleep = false;
          if (!this.isWoken || CancellationScope.current().consideredCancelled) throw error;
          this.renew();
          return true;
        },
      );
  }

  /** Ends the sleep, if there is one, once the handler that asks for it is through: its commands come first. */
  wake(): void {
    this.isWoken = true;
  }

  /**
   * Makes ready for the next sleep what the last one has used up. One can be woken in the very task in which its time
   * is over: then it ends as it would have, but its scope is cancelled.
   */
  private renew(): void {
    if (!this.scope.consideredCancelled || CancellationScope.current().consideredCancelled) return;
    this.scope = new CancellationScope();
    this.listen();
  }

  private listen(): void {
    void condition(() => this.isAsleep && this.isWoken).then(
      () => {
        // The time may have been over first, in the same task.
        if (this.isAsleep && this.isWoken) this.scope.cancel();
        else this.listen();
      },
      () => undefined, // the workflow is cancelled, and the sleep with it
    );
  }
}
