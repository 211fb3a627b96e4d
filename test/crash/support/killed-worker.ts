import { createHash } from 'node:crypto';
import {
  startWorkerProcess,
  type WorkerProcess,
  type WorkerProcessOptions,
} from '../../support/worker-process';

/** Draws different numbers from 1 to `last` with a seed, in ascending order. */
export function drawMoments(seed: string, count: number, last: number): number[] {
  const drawn = new Set<number>();
  for (let index = 0; drawn.size < count; index++) {
    const digest = createHash('sha256').update(`${seed}/${index}`).digest();
    drawn.add(1 + (digest.readUInt32LE() % last));
  }
  return [...drawn].sort((one, other) => one - other);
}

/** A worker that is killed and restarted again and again. */
export class KilledWorker {
  /** How often it has been killed. */
  kills = 0;
  /** The one that was started last, once it is ready. */
  private worker: Promise<WorkerProcess> | null = null;
  private ended = false;

  constructor(private readonly options: WorkerProcessOptions) {}

  /** Runs the worker during a task, and kills it at each of the moments; returns the task's result. */
  async whileKilled<T>(task: () => Promise<T>, moments: readonly (() => boolean)[]): Promise<T> {
    await this.start();
    if (this.ended) throw new Error('The worker was stopped for good while it started');
    let over = false;
    const result = task().finally(() => {
      over = true;
    });
    // Its failure is thrown below, even if it happens earlier.
    result.catch(() => undefined);
    for (const hasCome of moments) {
      while (!hasCome() && !over && !this.ended) await new Promise((resolve) => setTimeout(resolve, 5));
      if (over || this.ended) break;
      await this.kill();
      this.kills += 1;
      if (!this.ended) await this.start();
    }
    return await result;
  }

  /** Stops it for good, even during `whileKilled`, and even while it starts. */
  async end(): Promise<void> {
    this.ended = true;
    await this.kill();
  }

  private async start(): Promise<void> {
    this.worker = startWorkerProcess(this.options);
    await this.worker;
  }

  private async kill(): Promise<void> {
    // One that could not be started is gone, and `whileKilled` says why.
    const worker = await this.worker?.catch(() => null);
    await worker?.kill();
  }
}
