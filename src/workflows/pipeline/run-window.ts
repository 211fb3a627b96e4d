import { CancellationScope, CancelledFailure, isCancellation } from '@temporalio/workflow';

/**
 * Runs the task for every item, at most `limit` at a time, and returns the results in the order of the items. When one task fails, or the caller is
 * cancelled, no further task is begun, those running are cancelled and waited for, and the failure is thrown.
 */
export async function runWindow<T, R>(
  items: readonly T[],
  limit: number,
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Map<T, R>();
  const waiting = items.values();
  const scope = new CancellationScope();

  const lane = async (): Promise<void> => {
    for (const item of waiting) {
      if (scope.consideredCancelled) throw new CancelledFailure('cancelled before this batch was begun');
      results.set(item, await task(item));
    }
  };
  const guardedLane = (): Promise<void> =>
    lane().catch((error: unknown) => {
      scope.cancel();
      throw error;
    });

  const ends = await scope.run(() => Promise.allSettled(Array.from({ length: limit }, guardedLane)));
  const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  if (failures.length > 0) throw failures.find((failure) => !isCancellation(failure)) ?? failures[0];
  return items.map((item) => results.get(item) as R);
}
