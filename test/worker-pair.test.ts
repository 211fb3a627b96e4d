import { NativeConnection } from '@temporalio/worker';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ImportApi } from '../src/ports/import-api';
import { createWorkerPair } from '../src/worker-pair';
import { startDevServer, workflowBundle } from './support/temporal';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startDevServer();
});
afterAll(() => env?.teardown());

test('a pair whose second worker cannot be made says so, and leaves its connection free', async () => {
  const connection = await NativeConnection.connect({ address: env.address });
  const pair = createWorkerPair({
    connection,
    taskQueue: 'some-queue',
    workflowBundle: workflowBundle(),
    api: {} as ImportApi,
    store: null,
    requestsPerSecond: 'many' as unknown as number,
  });
  await expect(pair).rejects.toThrow(/^The worker of task queue "some-queue-http" cannot be made: /);
  await connection.close();
});
