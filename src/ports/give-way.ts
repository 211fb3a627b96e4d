/**
 * How long work may go on before others get a turn, in milliseconds. Rows are read, joined and written on the loop that
 * also answers heartbeats, polls and health checks; what cannot be divided further, such as one row, takes less than
 * another 30.
 */
const turnMs = 20;

/** Those who wait for a turn of their own: one is woken in each turn of the event loop. */
const waiting: (() => void)[] = [];
let turnBeganAt = performance.now();

/**
 * Whether the present turn of the event loop has been used up, by whoever works in this process. Asked between two
 * pieces of work; where it says yes, await {@link nextTurn}.
 */
export const isTurnOver = (): boolean => performance.now() - turnBeganAt >= turnMs;

/** Waits for a turn of the event loop that nobody else works in: all else that is due comes first. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(wakeFirst);
  });
}

function wakeFirst(): void {
  turnBeganAt = performance.now();
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(wakeFirst);
}

/** The same values; others get a turn as often as they must. */
export async function* givingWay<T>(values: Iterable<T>): AsyncGenerator<T> {
  for (const value of values) {
    if (isTurnOver()) await nextTurn();
    yield value;
  }
}
