/**
 * Runs a task, and tells the longest time in milliseconds that nothing else could run meanwhile. Of two readings, that
 * of the clock and that of the processor, the smaller counts: a machine that is busy is not the task's fault.
 */
export async function longestStall<T>(task: () => Promise<T>): Promise<{ value: T; stallMs: number }> {
  let stallMs = 0;
  let last = now();
  const look = () => {
    const present = now();
    stallMs = Math.max(stallMs, Math.min(present.clock - last.clock, present.processor - last.processor));
    last = present;
  };
  const timer = setInterval(look, 1);
  try {
    const value = await task();
    await new Promise((resolve) => setImmediate(resolve));
    look();
    return { value, stallMs };
  } finally {
    clearInterval(timer);
  }
}

function now() {
  const { user, system } = process.cpuUsage();
  return { clock: performance.now(), processor: (user + system) / 1000 };
}
