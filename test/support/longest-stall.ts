import { setImmediate } from 'node:timers/promises';
import { watchStalls } from '../../bench/support/stalls';

const maxTries = 5;
/** Most that a turn of the yardstick takes on an idle machine, in milliseconds; more is the doing of a busy one. */
const yardstickMs = 5;

/** The value of a task, and the longest time in milliseconds that nothing else had a turn while it ran. */
interface StallRun<T> {
  value: T;
  stallMs: number;
}

/** Runs a task, and tells the longest time that nothing else had a turn meanwhile. */
async function longestStall<T>(task: () => Promise<T>): Promise<StallRun<T>> {
  const stall = watchStalls();
  const value = await task().finally(stall);
  return { value, stallMs: await stall() };
}

const sample = JSON.stringify(Array.from({ length: 2000 }, (_, n) => ({ n, text: `text ${n}` })));

/** Short turns of equal work for as long as a task has taken: what stalls here is the machine, not the task. */
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
 * Runs a task until one run stalls for less than the limit, five times at most, and returns the run that stalled least.
 * What the task itself costs shows in every run; what a garbage collector adds does not. A run over the limit is
 * compared with short turns of equal work for as long: by how much these are slower than on an idle machine, the stall
 * is divided.
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
