import { setImmediate } from 'node:timers/promises';
import { watchStalls } from '../../bench/support/stalls';

const maxTries = 5;
/**
 * Maximum turn of the yardstick on an idle machine, in milliseconds; anything longer means that the machine is busy.
 */
const yardstickMs = 5;

/** The result of a task, and the longest time in milliseconds that everything else was blocked while it ran. */
interface StallRun<T> {
  value: T;
  stallMs: number;
}

/** Runs a task, and measures the longest time that everything else was blocked. */
async function longestStall<T>(task: () => Promise<T>): Promise<StallRun<T>> {
  const stall = watchStalls();
  const value = await task().finally(stall);
  return { value, stallMs: await stall() };
}

const sample = JSON.stringify(Array.from({ length: 2000 }, (_, n) => ({ n, text: `text ${n}` })));

/** Short turns of equal work for as long as a task took: stalls here come from the machine, not the task. */
async function yardstick(forMs: number): Promise<void> {
  const end = performance.now() + forMs;
  do {
    JSON.parse(sample);
    await setImmediate();
  } while (performance.now() < end);
}

/**
 * How many times longer than on an idle machine the longest of many short turns takes; 1 at least.
 * @param forMs - how long to watch: as long as what it is compared with
 */
export async function slowness(forMs: number): Promise<number> {
  const { stallMs } = await longestStall(() => yardstick(forMs));
  return Math.max(1, stallMs / yardstickMs);
}

/**
 * Runs a task up to five times, until one run stalls for less than the limit, and returns the run that stalled least.
 * The task's own stalls show in every run; those of a garbage collector do not. For a run over the limit, measures how
 * much slower than on an idle machine short turns of equal work are, and divides the stall by that.
 */
export async function leastStall<T>(limitMs: number, task: () => Promise<T>): Promise<StallRun<T>> {
  let least: StallRun<T> | undefined;
  for (let tries = 0; tries < maxTries; tries += 1) {
    const startedAt = performance.now();
    const { value, stallMs } = await longestStall(task);
    if (stallMs < limitMs) return { value, stallMs };
    const run = { value, stallMs: stallMs / (await slowness(performance.now() - startedAt)) };
    if (run.stallMs < limitMs) return run;
    if (least === undefined || run.stallMs < least.stallMs) least = run;
  }
  return least as StallRun<T>;
}
