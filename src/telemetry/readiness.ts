/** The process is ready only if it reached the server within this time, in milliseconds. */
const reachedWithinMs = 60_000;

/** What readiness depends on. */
export interface WorkerCondition {
  /** State of each worker as the SDK names it, with its task queue; empty before workers exist. */
  workers: readonly { taskQueue: string; state: string }[];
  /** Milliseconds since the server last answered; null if it never did. */
  sinceReachedMs: number | null;
}

/** Why the process is not ready, in words; empty if it is. */
export function reasonsNotReady({ workers, sinceReachedMs }: WorkerCondition): string[] {
  const reasons = workers
    .filter(({ state }) => state !== 'RUNNING')
    .map(({ taskQueue, state }) => `the worker of ${taskQueue} is ${state}, not RUNNING`);
  if (workers.length === 0) reasons.push('the workers are not started yet');
  if (sinceReachedMs === null) reasons.push('the Temporal server has not answered yet');
  else if (sinceReachedMs > reachedWithinMs) {
    reasons.push(`the Temporal server has not answered for ${Math.round(sinceReachedMs / 1000)} s`);
  }
  return reasons;
}
