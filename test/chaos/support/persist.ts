import { setTimeout as pause } from 'node:timers/promises';

/**
 * Retries a task until it works, because its dependencies may be down. Gives up with the last error when `isOver` says
 * so; throws at once what `isFinal` accepts.
 */
export async function persist<T>(
  task: () => Promise<T>,
  { isOver = () => false, isFinal = () => false }: Partial<Patience> = {},
): Promise<T> {
  for (;;) {
    try {
      return await task();
    } catch (error) {
      if (isFinal(error) || isOver()) throw error;
      await pause(300);
    }
  }
}

/** How long {@link persist} retries. */
interface Patience {
  isOver: () => boolean;
  isFinal: (error: unknown) => boolean;
}
