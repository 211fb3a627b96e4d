/** Stops a repetition at once, without waiting for a running task. */
export type Stop = () => void;

/**
 * Runs a task at once, and again `intervalMs` after each run ends, whether or not it failed. Stopping aborts the task's
 * signal. Does not keep the process alive.
 */
export function repeat(intervalMs: number, task: (stopped: AbortSignal) => Promise<void>): Stop {
  const stopping = new AbortController();
  const { signal } = stopping;
  let timer: NodeJS.Timeout | undefined;
  const once = async (): Promise<void> => {
    await task(signal).catch(() => undefined);
    if (!signal.aborted) timer = setTimeout(() => void once(), intervalMs).unref();
  };
  void once();
  return () => {
    stopping.abort();
    clearTimeout(timer);
  };
}
