import { heartbeat } from '@temporalio/activity';

/** Well below every caller's heartbeat timeout. If the timeout is longer, Temporal's SDK sends fewer heartbeats. */
const heartbeatIntervalMs = 2000;

/**
 * Runs a task with heartbeats. Without them, an activity does not learn that it is cancelled, and a lost worker is
 * noticed only by the activity's timeout. A task that ends within two seconds, like most polls, sends none, since each
 * is a billed request to the server. `details` are for the next attempt, as of the time of the heartbeat.
 */
export async function heartbeating<T>(task: () => Promise<T>, details?: object): Promise<T> {
  const timer = setInterval(() => heartbeat(details), heartbeatIntervalMs);
  try {
    return await task();
  } finally {
    clearInterval(timer);
  }
}
