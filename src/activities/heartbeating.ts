import { heartbeat } from '@temporalio/activity';

/** Well below the heartbeat timeout of whoever calls; Temporal's SDK sends fewer if that is longer. */
const heartbeatIntervalMs = 2000;

/**
 * Runs a task with heartbeats: without them an activity hears of no cancellation, and a lost worker is noticed only at
 * its time limit. What is over within two seconds, as most polls are, sends none: each is a request to the server, and
 * billed. `details` are what the next attempt is told, as they are at the time.
 */
export async function heartbeating<T>(task: () => Promise<T>, details?: object): Promise<T> {
  const timer = setInterval(() => heartbeat(details), heartbeatIntervalMs);
  try {
    return await task();
  } finally {
    clearInterval(timer);
  }
}
