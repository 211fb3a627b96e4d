/** Ends a repetition at once; what is under way then is not waited for. */
export type Stop = () => void;

/**
 * Does a task at once and again so long after each end, whatever that was, until it is stopped, of which the task's
 * signal tells. Does not keep the process alive.
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
