import { createRandom } from '../../src/emulator/random';
import { startWorkerProcess, type WorkerProcess, type WorkerProcessOptions } from '../support/worker-process';

/**
 * So many moments at so many different places from 1 to a last one, drawn by a seed, in order. A place that comes more than once means that the worker is
 * killed again as soon as it is back: every place costs the time in which Temporal finds out that a worker has gone.
 */
export function drawMoments(seed: string, count: number, { places, last }: { places: number; last: number }) {
  const random = createRandom(seed, 'moments');
  const draw = (below: number) => Math.floor(random.fraction() * below);
  const drawn = new Set<number>();
  while (drawn.size < places) drawn.add(1 + draw(last));
  const at = [...drawn];
  const again = Array.from({ length: count - places }, () => at[draw(places)] ?? 1);
  return [...at, ...again].sort((one, other) => one - other);
}

/** A worker that is killed again and again, and started again each time. */
export class KilledWorker {
  /** How often it has been killed. */
  kills = 0;
  private worker: WorkerProcess | null = null;

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
      while (!hasCome() && !over) await new Promise((resolve) => setTimeout(resolve, 5));
      if (over) break;
      await this.worker.kill();
      this.kills += 1;
      this.worker = await startWorkerProcess(this.options);
    }
    return await result;
  }

  /** Ends it for good. */
  async end(): Promise<void> {
    await this.worker?.kill();
  }
}
