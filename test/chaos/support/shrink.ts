/** Whether a run fails with these events. */
type Fails<T> = (events: T[]) => Promise<boolean>;

/**
 * Finds the fewest events with which a run still fails, as far as `maxRuns` runs allow. Leaves out halves of what
 * remains, then quarters, down to single events (delta debugging, Zeller 1999). `all` is known to fail.
 */
export async function shrink<T>(all: readonly T[], fails: Fails<T>, maxRuns: number): Promise<T[]> {
  let left = [...all];
  let parts = 2;
  let runs = 0;
  while (left.length > 0 && runs < maxRuns) {
    const without = await firstFailing(left, parts, async (events) => runs++ < maxRuns && fails(events));
    if (without !== null) {
      left = without;
      parts = Math.max(2, parts - 1);
    } else if (parts >= left.length) break;
    else parts = Math.min(left.length, parts * 2);
  }
  return left;
}

/** The remaining events without one of the parts, if that still fails; null if none does. */
async function firstFailing<T>(events: T[], parts: number, fails: Fails<T>): Promise<T[] | null> {
  const size = Math.ceil(events.length / parts);
  for (let begin = 0; begin < events.length; begin += size) {
    const rest = [...events.slice(0, begin), ...events.slice(begin + size)];
    if (await fails(rest)) return rest;
  }
  return null;
}
