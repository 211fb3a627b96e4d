import { createHash } from 'node:crypto';
import {
  startWorkerProcess,
  type WorkerProcess,
  type WorkerProcessOptions,
} from '../../support/worker-process';

/** So many different numbers from 1 to a last one, drawn by a seed, in order. */
export function drawMoments(seed: string, count: number, last: number): number[] {
  const drawn = new Set<number>();
  for (let index = 0; drawn.size < count; index++) {
    const digest = createHash('sha256').update(`${seed}/${index}`).digest();
    drawn.add(1 + (digest.readUInt32LE() % last));
  }
  return [...drawn].sort((one, other) => one - other);
}

/** A worker that is killed again and again, and started again each time. */
export class KilledWorker {
  /** How often it has been killed. */
  kills = 0;
  private worker: WorkerProcess | null = null;
  private ended = false;

  constructor(private readonly options: WorkerProcessOptions) {}

  /** Runs the worker while a task lasts, killing it when each of the moments has come; gives the task's result. */
  async whileKilled<T>(task: () => Promise<T>, moments: readonly (() => boolean)[]): Promise<T> {
    this.worker = await startWorkerProcess(this.options);
    let over = false;
    const result = task().finally(() => {
      over = true;
    });
    // Its failure is thrown below, also when it comes before that.
    result.catch(() => undefined);
    for (const hasCome of moments) {
      while (!hasCome() && !over && !this.ended) await new Promise((resolve) => setTimeout(resolve, 5));
      if (over || this.ended) break;
      await this.worker.kill();
      this.kills += 1;
      this.worker = await startWorkerProcess(this.options);
      if (this.ended) await this.worker.kill();
    }
    return await result;
  }

  /** Ends it for good, also in the middle of `whileKilled`. */
  async end(): Promise<void> {
    this.ended = true;
    await this.worker?.kill();
  }
}
