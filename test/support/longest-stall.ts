import { watchStalls } from '../../bench/support/stalls';

const maxTries = 5;

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

/**
 * Runs a task until one run stalls for less than the limit, five times at most, and returns the run that stalled least.
 * What the task itself costs shows in every run; what a busy machine or a garbage collector adds does not.
 */
export async function leastStall<T>(limitMs: number, task: () => Promise<T>): Promise<StallRun<T>> {
  let least = await longestStall(task);
  for (let tries = 1; tries < maxTries && least.stallMs >= limitMs; tries += 1) {
    const run = await longestStall(task);
    if (run.stallMs < least.stallMs) least = run;
  }
  return least;
}
