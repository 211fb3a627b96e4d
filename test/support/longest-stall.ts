import { watchStalls } from '../../bench/support/stalls';

/** Runs a task, and tells the longest time in milliseconds that nothing else had a turn meanwhile. */
export async function longestStall<T>(task: () => Promise<T>): Promise<{ value: T; stallMs: number }> {
  const stall = watchStalls();
  const value = await task().finally(stall);
  return { value, stallMs: await stall() };
}
