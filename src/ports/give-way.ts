/**
 * How long work may go on before others get a turn, in milliseconds. Rows are read, joined and written on the loop that
 * also answers heartbeats, polls and health checks; what cannot be divided further, such as one row, takes less than
 * another 40.
 */
const turnMs = 10;

/** Those who wait for a turn of their own: one is woken in each turn of the event loop. */
const waiting: (() => void)[] = [];
/** When the present turn began; without one it is long over. */
let turnBeganAt = -Infinity;

/**
 * Whether the present turn of the event loop has been used up, by whoever works in this process, or has been given back
 * to the loop. Asked before each piece of work; where it says yes, await {@link nextTurn}.
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
  // A tick asked for by a microtask comes after all of them: when whoever was woken waits for something else. Answers
  // of files and sockets would otherwise take up the rest of this turn, and a whole one would follow at once.
  queueMicrotask(() => process.nextTick(endTurn));
  if (waiting.length > 0) setImmediate(wakeFirst);
}

function endTurn(): void {
  turnBeganAt = -Infinity;
}

/** The same values; others get a turn as often as they must. */
export async function* givingWay<T>(values: Iterable<T>): AsyncGenerator<T> {
  for (const value of values) {
    if (isTurnOver()) await nextTurn();
    yield value;
  }
}
