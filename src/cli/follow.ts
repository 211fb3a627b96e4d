import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes } from './exit-codes';
import { CommandError } from './output';
import { showProgress, type ProgressReport } from './progress';

const lookEveryMs = 1000;

/**
 * Waits for a workflow's result and shows its progress meanwhile. `look` asks for the progress; its failures are ignored, since the workflow goes
 * on without a worker to answer. Rejects when the workflow fails, or as `stop` does; the workflow then goes on.
 */
export async function follow<T>(
  result: Promise<T>,
  look: () => Promise<ProgressReport | null>,
  stop: Promise<never>,
): Promise<T> {
  const view = showProgress();
  let ended = false;
  let stopped = false;
  const end = result.finally(() => {
    ended = true;
  });
  const glance = async () => {
    const report = await look().catch(() => null);
    if (report !== null && !stopped) view.update(report);
  };
  const watch = async () => {
    while (!ended && !stopped) {
      await glance();
      await Promise.race([end.catch(() => undefined), delay(lookEveryMs, undefined, { ref: false })]);
    }
    if (!stopped) await glance();
  };
  try {
    await Promise.race([Promise.allSettled([end, watch()]), stop]);
    return await end;
  } finally {
    stopped = true;
    view.stop();
  }
}

/** As {@link follow}, until Ctrl-C: then rejects with a `CommandError` that carries `advice`. */
export async function followUntilInterrupted<T>(
  result: Promise<T>,
  look: () => Promise<ProgressReport | null>,
  advice: string,
): Promise<T> {
  const interrupt = onInterrupt();
  try {
    return await follow(result, look, refuse(interrupt.promise, advice));
  } finally {
    interrupt.dispose();
  }
}

/** Turns an interrupt into the `CommandError` that ends a command; `advice` says what goes on. */
export async function refuse(interrupt: Promise<void>, advice: string): Promise<never> {
  await interrupt;
  throw new CommandError(`Interrupted. ${advice}`, exitCodes.interrupted);
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Promises that resolve at the first Ctrl-C, SIGTERM or hang-up (`promise`), and at the second (`again`). Until it is disposed of, none of them ends the
 * process.
 */
export function onInterrupt(): { promise: Promise<void>; again: Promise<void>; dispose: () => void } {
  const waiting: (() => void)[] = [];
  const next = () => new Promise<void>((resolve) => waiting.push(resolve));
  const [promise, again] = [next(), next()];
  const listener = () => waiting.shift()?.();
  for (const signal of signals) process.on(signal, listener);
  return {
    promise,
    again,
    dispose() {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}
