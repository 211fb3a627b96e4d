import { processorClock } from './processor-clock.js';

const processorMs = processorClock();

/**
 * Watches from now on until it is asked for the longest time in which nothing else had a turn, in milliseconds. Of two
 * readings, that of the clock and that of the processor, it is the smaller: a machine may be busy with something else.
 */
export function watchStalls(): () => Promise<number> {
  let worstMs = 0;
  let last = now();
  const look = () => {
    const present = now();
    worstMs = Math.max(worstMs, Math.min(present.clock - last.clock, present.processor - last.processor));
    last = present;
  };
  const timer = setInterval(look, 1);
  return async () => {
    await new Promise((resolve) => setImmediate(resolve));
    look();
    clearInterval(timer);
    return worstMs;
  };
}

const now = () => ({ clock: performance.now(), processor: processorMs() });
