/** How long ago the server may have been reached last, in milliseconds. */
const reachedWithinMs = 60_000;

/** What readiness is judged by. */
export interface WorkerCondition {
  /** State of each worker by task queue, as the SDK names it; empty before they are made. */
  workers: readonly { taskQueue: string; state: string }[];
  /** Milliseconds since the server answered last; null when it never did. */
  sinceReachedMs: number | null;
}

/** Why the process is not ready to work, in words; empty when it is. */
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
