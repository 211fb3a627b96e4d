import { CancellationScope, condition, sleep } from '@temporalio/workflow';

/**
 * A durable timer that can be woken early. It issues the same commands in the same order as `condition` with a timeout,
 * but with a third of the promises, for each of which Temporal's SDK records the call stack.
 */
export class WakeableTimer {
  private scope = new CancellationScope();
  private isAsleep = false;
  private isWoken = false;

  constructor() {
    this.listen();
  }

  /** Sleeps, and returns whether it was woken early. Rejects if the workflow is cancelled. */
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

  /**
   * Ends the sleep, if there is one, after the calling handler has finished, so that the handler's commands come first.
   */
  wake(): void {
    this.isWoken = true;
  }

  /**
   * Prepares the timer for the next sleep. A sleep can be woken in the very task in which its time ends. It then ends
   * normally, but its scope is cancelled.
   */
  private renew(): void {
    if (!this.scope.consideredCancelled || CancellationScope.current().consideredCancelled) return;
    this.scope = new CancellationScope();
    this.listen();
  }

  private listen(): void {
    void condition(() => this.isAsleep && this.isWoken).then(
      () => {
        // Its time may have ended first, in the same task.
        if (this.isAsleep && this.isWoken) this.scope.cancel();
        else this.listen();
      },
      () => undefined, // cancelled together with the workflow
    );
  }
}
