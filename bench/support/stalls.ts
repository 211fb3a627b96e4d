import { processorClock } from './processor-clock.js';

const processorMs = processorClock();

/**
 * Watches until the returned function is called, which returns the longest time that everything else was blocked, in
 * milliseconds: the smaller of wall-clock and CPU time, so that a busy machine does not count.
 */
export function watchStalls(): () => Promise<number> {
  let worstMs = 0;
  let last = now();
  const measure = () => {
    const present = now();
    worstMs = Math.max(worstMs, Math.min(present.clock - last.clock, present.processor - last.processor));
    last = present;
  };
  const timer = setInterval(measure, 1);
  return async () => {
    await new Promise((resolve) => setImmediate(resolve));
    measure();
    clearInterval(timer);
    return worstMs;
  };
}

const now = () => ({ clock: performance.now(), processor: processorMs() });
