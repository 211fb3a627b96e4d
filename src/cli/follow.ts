import { setTimeout as delay } from 'node:timers/promises';
import { CommandError } from './output';
import { exitCodes } from './exit-codes';
import { showProgress, type ProgressReport } from './progress';

const lookEveryMs = 1000;

/**
 * Waits for a workflow's result and shows its progress meanwhile. `look` asks for the progress; its failures are ignored, since the workflow goes
 * on without a worker to answer. On Ctrl-C and SIGTERM rejects with a `CommandError` that carries `advice`; the workflow goes on.
 */
export async function follow<T>(
  result: Promise<T>,
  look: () => Promise<ProgressReport | null>,
  advice: string,
): Promise<T> {
  const interrupted = onInterrupt();
  const view = showProgress();
  let ended = false;
  const end = result.finally(() => {
    ended = true;
  });
  const watch = async () => {
    while (!ended) {
      const report = await look().catch(() => null);
      if (report !== null && !ended) view.update(report);
      await Promise.race([end.catch(() => undefined), delay(lookEveryMs)]);
    }
    const last = await look().catch(() => null);
    if (last !== null) view.update(last);
  };
  try {
    const stop = interrupted.promise.then((): never => {
      throw new CommandError(`Interrupted. ${advice}`, exitCodes.interrupted);
    });
    await Promise.race([Promise.allSettled([end, watch()]), stop]);
    return await end;
  } finally {
    view.stop();
    interrupted.dispose();
  }
}

/** A promise that resolves at the first Ctrl-C or SIGTERM. */
export function onInterrupt(): { promise: Promise<void>; dispose: () => void } {
  const { promise, resolve } = withResolvers();
  process.once('SIGINT', resolve).once('SIGTERM', resolve);
  return { promise, dispose: () => process.off('SIGINT', resolve).off('SIGTERM', resolve) };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
