import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { watchWorkers } from '../../../src/cli/rehearse/watch-workers';
import { startDevServer } from '../../support/temporal';
import { until } from '../../support/until';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startDevServer();
});
afterAll(() => env?.teardown());

test('names the workflow that waits at the end, not one that waited when the task queue was reported', async () => {
  const { client, address } = env;
  let printed = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    printed += chunk.toString();
    return true;
  });
  const start = (workflowId: string) =>
    client.workflow.start('importOrders', { taskQueue: 'orders', workflowId, args: [] });
  const workers = watchWorkers(client, { address, timeoutMs: 20_000 });
  try {
    const first = await start('order-1');
    await until(() => printed.includes('task queue orders: order-1 has waited'));
    await start('order-2');
    await until(async () => (await client.workflow.count('ExecutionStatus="Running"')).count === 2);
    await first.terminate();
    await expect(workers.lost).rejects.toThrow(
      /: order-2 waited for .+ no worker polled the task queue orders/,
    );
    expect(printed.match(/No worker/g)).toHaveLength(1);
  } finally {
    await workers.stop();
    jest.restoreAllMocks();
  }
});
