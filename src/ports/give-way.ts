/**
 * How long work may run before others get a turn, in milliseconds. Rows are read, joined and written on the loop that
 * also handles heartbeats, polls and health checks. Indivisible work, such as one row, takes less than another 40.
 */
const turnMs = 10;

/** Waiters for a turn of their own. Each turn of the event loop wakes one. */
const waiting: (() => void)[] = [];
/** When the current turn began; without one, long ago. */
let turnBeganAt = -Infinity;

/**
 * Whether the current turn of the event loop is used up, by any work in this process, or was returned to the loop.
 * Check it before each piece of work, and if true, await {@link nextTurn}.
 */
export const isTurnOver = (): boolean => performance.now() - turnBeganAt >= turnMs;

/** Waits for a turn of the event loop for the caller alone. Everything else that is due runs first. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(wakeFirst);
  });
}

function wakeFirst(): void {
  turnBeganAt = performance.now();
  waiting.shift()?.();
  // A tick scheduled in a microtask runs after all microtasks, when the woken waiter waits for something else.
  // Otherwise, callbacks of files and sockets would use up the rest of this turn, and a whole turn would follow at
  // once.
  queueMicrotask(() => process.nextTick(endTurn));
  if (waiting.length > 0) setImmediate(wakeFirst);
}

function endTurn(): void {
  turnBeganAt = -Infinity;
}

/** Yields the same values, and gives others a turn when needed. */
export async function* givingWay<T>(values: Iterable<T>): AsyncGenerator<T> {
  for (const value of values) {
    if (isTurnOver()) await nextTurn();
    yield value;
  }
}
