import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes } from '../exit-codes';
import { CommandError } from '../command-error';
import { showProgress, type ProgressReport } from './progress';

const progressIntervalMs = 1000;

/**
 * Waits for a workflow's result and shows its progress. Ignores failures of `fetchProgress`, because the workflow
 * continues even if no worker answers. Rejects if the workflow fails, or as `stop` does; the workflow then continues.
 */
export async function followResult<T>(
  result: Promise<T>,
  fetchProgress: () => Promise<ProgressReport | null>,
  stop: Promise<never>,
): Promise<T> {
  const view = showProgress();
  let ended = false;
  let stopped = false;
  const end = result.finally(() => {
    ended = true;
  });
  const showOnce = async () => {
    const report = await fetchProgress().catch(() => null);
    if (report !== null && !stopped) view.update(report);
  };
  const watch = async () => {
    while (!ended && !stopped) {
      await showOnce();
      await Promise.race([end.catch(() => undefined), delay(progressIntervalMs, undefined, { ref: false })]);
    }
    if (!stopped) await showOnce();
  };
  try {
    await Promise.race([Promise.allSettled([end, watch()]), stop]);
    return await end;
  } finally {
    stopped = true;
    view.stop();
  }
}

/** Like {@link followResult}, but on Ctrl-C rejects with a `CommandError` that contains `advice`. */
export async function followUntilInterrupted<T>(
  result: Promise<T>,
  fetchProgress: () => Promise<ProgressReport | null>,
  advice: string,
): Promise<T> {
  const interrupt = onInterrupt();
  try {
    return await followResult(result, fetchProgress, rejectOnInterrupt(interrupt.promise, advice));
  } finally {
    interrupt.dispose();
  }
}

/** Turns an interrupt into the `CommandError` that ends a command; `advice` says what continues. */
export async function rejectOnInterrupt(interrupt: Promise<unknown>, advice: string): Promise<never> {
  await interrupt;
  throw new CommandError(`Interrupted. ${advice}`, exitCodes.interrupted);
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Signals that ask a command to end. */
type InterruptSignal = (typeof signals)[number];

/** Ctrl-C (SIGINT), SIGTERM and hang-ups, in order. */
export interface Interrupt {
  /** Resolves at the first signal. */
  promise: Promise<InterruptSignal>;
  /** Resolves at the next signal not yet returned, which may have arrived already. */
  next(): Promise<InterruptSignal>;
  /** Lets signals end the process again. */
  dispose(): void;
}

/** Catches the signals that ask a command to end. Until disposed, they do not end the process. */
export function onInterrupt(): Interrupt {
  const waiting: ((signal: InterruptSignal) => void)[] = [];
  const seen: InterruptSignal[] = [];
  const listener = (signal: InterruptSignal) => {
    const resolve = waiting.shift();
    if (resolve === undefined) seen.push(signal);
    else resolve(signal);
  };
  const next = () =>
    new Promise<InterruptSignal>((resolve) => {
      const early = seen.shift();
      if (early === undefined) waiting.push(resolve);
      else resolve(early);
    });
  for (const signal of signals) process.on(signal, listener);
  return {
    promise: next(),
    next,
    dispose() {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}
