import { setTimeout as pause } from 'node:timers/promises';

/**
 * Does something again and again until it works, since whatever it needs may be down just now. Gives up, with the last
 * error, when `isOver` says so; what `isFinal` says is thrown at once.
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

/** How long {@link persist} goes on. */
interface Patience {
  isOver: () => boolean;
  isFinal: (error: unknown) => boolean;
}
