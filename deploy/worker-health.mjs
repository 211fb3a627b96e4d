/** Exits 0 if this host's worker has polled both task queues recently; otherwise exits 1 and prints what it saw. */
import { hostname } from 'node:os';
import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

const callLimitMs = 5000;
// An idle worker polls about once a minute.
const silenceLimitMs = 150_000;
const workflowTasks = 1;
const activityTasks = 2;

const taskQueue = process.env.PRISM_TASK_QUEUE || 'prism-imports';
const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();

try {
  const connection = await Connection.connect({ ...connectionOptions, connectTimeout: callLimitMs });
  try {
    await requirePoller(connection, taskQueue, workflowTasks);
    await requirePoller(connection, `${taskQueue}-http`, activityTasks);
  } finally {
    await connection.close();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function requirePoller(connection, name, taskQueueType) {
  const { pollers } = await connection.withDeadline(Date.now() + callLimitMs, () =>
    connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType }),
  );
  const ours = pollers.filter(({ identity }) => identity.endsWith(`@${hostname()}`));
  const latestMs = Math.max(...ours.map(({ lastAccessTime }) => Number(lastAccessTime.seconds) * 1000));
  if (Date.now() - latestMs < silenceLimitMs) return;
  const seen = ours.length === 0 ? 'none' : `the last one at ${new Date(latestMs).toISOString()}`;
  throw new Error(`Looked for a worker of ${hostname()} on task queue ${name}; saw ${seen}.`);
}
