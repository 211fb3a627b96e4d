/** Ends a repetition at once; what is under way then is not waited for. */
export type Stop = () => void;

/** Does a task at once and again so long after each end, whatever that was, until it is stopped. Does not keep the process alive. */
export function repeat(intervalMs: number, task: () => Promise<void>): Stop {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const once = async (): Promise<void> => {
    await task().catch(() => undefined);
    if (!stopped) timer = setTimeout(() => void once(), intervalMs).unref();
  };
  void once();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
